"""Files to models: which of them holds what, and the weights of its layers."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from explorer.checkpoints.keras_import import config, files, hdf5, onnx_file, weights
from explorer.checkpoints.keras_import.files import Source
from explorer.checkpoints.keras_import.graph import Net
from explorer.core.errors import ExplorerError

ADVICE = (
    "save encoder and decoder as two files (model.encoder.save('encoder.keras'), "
    "model.decoder.save('decoder.keras')) and give both"
)


@dataclass
class Brought:
    """What somebody's files hold.

    Attributes:
        nets: One whole model, or encoder and decoder; by the names of their files or attributes.
        graphs: The same in ONNX, by the names of their files.
        version: Of the Keras that wrote them; "" if the file does not tell.
        loss: With which it was trained, a name of Keras; "" if unknown.
        formats: What the files are.
    """

    nets: dict[str, Net] = field(default_factory=dict)
    graphs: dict[str, Any] = field(default_factory=dict)
    version: str = ""
    loss: str = ""
    formats: list[str] = field(default_factory=list)

    @property
    def generation(self) -> int:
        """2 or 3."""
        return 2 if self.version.startswith("2") else 3


def read(paths: Sequence[tuple[Path, str, str]]) -> Brought:
    """Read the files that were brought.

    Args:
        paths: Where each lies, the name that its owner gave it, and of which part it is:
            "encoder", "decoder", or "" where that is to be found out.

    Raises:
        ExplorerError: If they hold no model that can be read; the sentence says what to give.
    """
    brought = Brought()
    for part in dict.fromkeys(part for _, _, part in paths):
        found = Brought() if part else brought
        _read([files.open_source(path, name) for path, name, of in paths if of == part], found)
        if part:
            models = [*found.nets, *found.graphs]
            if len(models) != 1:
                raise ExplorerError(f"The {part} must be one model. Received: {', '.join(models)}.")
            brought.nets.update((part, net) for net in found.nets.values())
            brought.graphs.update((part, graph) for graph in found.graphs.values())
            brought.version = brought.version or found.version
            brought.loss = brought.loss or found.loss
            brought.formats += found.formats
    if brought.version.startswith(("0", "1")):
        raise ExplorerError(
            f"The model was saved by Keras {brought.version}, whose layers were told otherwise: "
            "load it with Keras 2 and save it anew."
        )
    return brought


def _read(sources: list[Source], brought: Brought) -> None:
    plans = [source for source in sources if source.kind == "json"]
    others = [source for source in sources if source.kind != "json"]
    bare = [source for source in others if source.kind == "hdf5" and not _has_config(source)]
    if len(plans) != len(bare):
        raise _unpaired(plans, bare)
    for plan, source in _paired(plans, bare):
        _read_json(brought, plan, source)
    for source in others:
        if source in bare:
            continue
        if source.kind == "keras":
            _read_keras(brought, source)
        elif source.kind == "hdf5":
            _read_hdf5(brought, source)
        elif source.kind == "saved model":
            _read_saved_model(brought, source)
        else:
            brought.formats.append(".onnx")
            brought.graphs[_stem(source)] = onnx_file.read(source)


def _add(brought: Brought, name: str, net: Net) -> None:
    while name in brought.nets:
        name += "'"
    brought.nets[name] = net


def _read_keras(brought: Brought, source: Source) -> None:
    entry = _json_of(source, "config.json")
    about = _json_of(source, "metadata.json", {})
    if isinstance(about, dict):
        brought.version = str(about.get("keras_version", ""))[:20] or brought.version
    brought.formats.append(".keras")
    brought.loss = brought.loss or _loss(entry.get("compile_config"))
    content = files.read_member(source, "model.weights.h5", files.MAX_BYTES)
    if content is None:
        raise ExplorerError(f"{source.name} holds no model.weights.h5: save it anew in one file.")
    with hdf5.opened(content, source.name) as root:
        if not config.is_subclassed(entry):
            net = config.parse(entry)
            weights.fill(net, root)
            _add(brought, _stem(source), net)
            return
        found = config.parts(entry)
        if not found:
            raise ExplorerError(
                f"{source.name} holds {str(entry.get('class_name'))[:60]!r}, a class of its "
                f"owner's, without its layers: {ADVICE}."
            )
        for attribute, net in found.items():
            weights.fill_part(net, attribute, root)
            _add(brought, attribute, net)


def _read_hdf5(brought: Brought, source: Source) -> None:
    with hdf5.opened(source.path, source.name) as root:
        brought.version = root.text("keras_version") or brought.version
        brought.formats.append(".h5")
        training = root.text("training_config")
        if training is not None:
            brought.loss = brought.loss or _loss(
                files.parse_json(training.encode(), "training_config")
            )
        text = root.text("model_config") or ""
        entry = files.parse_json(text.encode(), f"model_config in {source.name}")
        if config.is_subclassed(entry):
            raise ExplorerError(
                f"{source.name} holds a class of its owner's without its layers: {ADVICE}."
            )
        net = config.parse(entry)
        weights.fill(net, root)
        _add(brought, _stem(source), net)


def _read_json(brought: Brought, plan: Source, source: Source) -> None:
    content = plan.path.read_bytes()[: files.MAX_JSON]
    entry = files.parse_json(content, plan.name)
    if not isinstance(entry, dict) or config.is_subclassed(entry):
        raise ExplorerError(
            f"{plan.name} is no architecture as model.to_json() writes it, or that of a class of "
            f"its owner's: {ADVICE}."
        )
    brought.version = str(entry.get("keras_version", ""))[:20] or brought.version
    brought.formats.append(".json and .weights.h5")
    net = config.parse(entry)
    with hdf5.opened(source.path, source.name) as root:
        brought.version = brought.version or root.text("keras_version") or ""
        weights.fill(net, root)
    _add(brought, _stem(source), net)


def _read_saved_model(brought: Brought, source: Source) -> None:
    from explorer.checkpoints.keras_import import saved_model

    nets, version = saved_model.read(source)
    brought.version = brought.version or version
    brought.formats.append("SavedModel")
    for name, net in nets.items():
        _add(brought, _stem(source) if name == "model" else name, net)


def _has_config(source: Source) -> bool:
    with hdf5.opened(source.path, source.name) as root:
        return root.text("model_config") is not None


def _json_of(source: Source, member: str, default: Any = None) -> Any:
    content = files.read_member(source, member, files.MAX_JSON)
    if content is None:
        if default is not None:
            return default
        raise ExplorerError(f"{source.name} holds no {member}.")
    found = files.parse_json(content, f"{member} in {source.name}")
    if not isinstance(found, dict):
        raise ExplorerError(f"{member} in {source.name} is not what Keras writes.")
    return found


def _loss(compiled: Any) -> str:
    """Return the name of the loss in what `compile` was told, "" if there is none."""
    if isinstance(compiled, dict):
        loss = compiled.get("loss")
        if isinstance(loss, dict):
            loss = loss.get("config", loss).get("name") or loss.get("class_name")
        return str(loss or "")[:60]
    return ""


def _unpaired(plans: list[Source], bare: list[Source]) -> ExplorerError:
    if len(plans) < len(bare):
        return ExplorerError(
            f"{bare[0].name} holds weights only, without the layers they belong to: give the "
            "architecture besides (model.to_json() in a .json file), or save the whole model with "
            "model.save('model.keras')."
        )
    return ExplorerError(
        f"{plans[0].name} holds an architecture without weights: give the file of "
        "model.save_weights besides, or save the whole model with model.save('model.keras')."
    )


def _paired(plans: list[Source], bare: list[Source]) -> list[tuple[Source, Source]]:
    """Return each architecture with its weights: those whose names begin most alike."""
    if len(plans) > 4:
        raise ExplorerError("These are too many files: give those of one model.")

    def alike(order: Iterable[Source]) -> float:
        return sum(
            SequenceMatcher(None, a.name, b.name).ratio() for a, b in zip(plans, order, strict=True)
        )

    return list(zip(plans, max(itertools.permutations(bare), key=alike), strict=True))


def _stem(source: Source) -> str:
    return Path(source.name).name.split(".")[0]
