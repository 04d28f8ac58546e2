"""Import a Keras model that somebody else made: read its files, split it, write a checkpoint.

Nothing of the file is run: no Keras loader sees it. Its layers are read as plain data (`files`,
`hdf5`, `config`, `weights`), parted into encoder and decoder (`graph`, `split`), and built anew
from a list of allowed layers (`layers`, `build`). All of it happens in a process of its own with
limits of time, memory and file size (`process`).
"""
