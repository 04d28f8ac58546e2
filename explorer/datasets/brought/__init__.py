"""Data that users bring: files of several formats, read within limits, written as a data set.

`open_files` tells what a file is by its first bytes and finds its parts (`base.Rows`), each of a
format of its own: `arrays` (.npz, .npy), `idx`, `pictures` (a zip or folder of images), `table`
(CSV), `columns` (parquet). `write` resizes, numbers the labels, splits, and writes the data set.
`explorer.core.limited` runs all of it in a process of its own.
"""
