"""What Python sends to the browser, and what it hears from there.

`explorer/ui/frontend/src/shared/contract.ts` is written from this file: `python -m
explorer.ui.components.typescript`. A message's `role` says which part of the front end draws it.
"""

from typing import Literal, TypedDict

from explorer.ui.components.contract_grid import GridData as GridData
from explorer.ui.components.contract_grid import ReplayData as ReplayData
from explorer.ui.components.contract_grid import SmallMapData as SmallMapData
from explorer.ui.components.contract_marks import CellsData as CellsData
from explorer.ui.components.contract_marks import CrossData as CrossData
from explorer.ui.components.contract_marks import MarksData as MarksData
from explorer.ui.components.contract_pad import CodeData as CodeData
from explorer.ui.components.contract_pad import DimensionData as DimensionData
from explorer.ui.components.contract_pad import DrawingData as DrawingData
from explorer.ui.components.contract_pad import LinearData as LinearData
from explorer.ui.components.contract_pad import MapData as MapData
from explorer.ui.components.contract_pad import PriorData as PriorData
from explorer.ui.components.contract_pad import StartData as StartData
from explorer.ui.components.contract_save import SaveData as SaveData
from explorer.ui.components.contract_story import StoryData as StoryData
from explorer.ui.components.contract_story import StoryMemberData as StoryMemberData

TileRole = Literal["original", "reconstruction", "difference"]


class TileData(TypedDict):
    """An image of a gallery.

    Attributes:
        src: Address of the image.
        caption: Text below it.
        alt: What it shows, in words.
        index: What a click on it tells; null: it is no button.
        role: What it shows of the chosen point, where a preview may replace it.
    """

    src: str
    caption: str
    alt: str
    index: int | None
    role: TileRole | None


class GalleryData(TypedDict):
    """Small images in a row or a grid.

    Attributes:
        name: Key of the gallery.
        columns: Images per row, sharing the whole width; null: as many as fit.
        width: Width of an image in pixels, where `columns` is null.
        about: Index of the point that the images are of, if a preview shows images here.
    """

    role: Literal["gallery"]
    name: str
    tiles: list[TileData]
    columns: int | None
    width: int
    about: int | None


class ChartData(TypedDict):
    """A Plotly figure.

    Attributes:
        name: Key of the chart.
        group: Charts of one group highlight the same points.
        figure: The figure as JSON. The first entry of a point's `customdata` is its index. The
            last trace of a selectable figure in 3-D is its ring.
        selectable: Whether points can be chosen.
        follows: Name of the replay whose epoch is marked on the x axes; "" for none.
        height: In pixels; null: as high as a map.
        alt: What the figure shows, in words.
    """

    role: Literal["chart"]
    name: str
    group: str
    figure: str
    selectable: bool
    follows: str
    height: int | None
    alt: str


class PointData(TypedDict):
    """Draws nothing: takes the clicks on a chart to Python, and shows Python's point on it.

    Attributes:
        chart: Key of the chart.
        shown: Index of the point to be ringed, or null.
    """

    role: Literal["point"]
    chart: str
    shown: int | None


class GroupData(TypedDict):
    """Draws nothing: takes boxes and lassos to Python, and shows what is selected.

    Attributes:
        group: Name of the group of charts.
        shown: The points to be highlighted, as base64 of a bit for each, the lowest first.
    """

    role: Literal["group"]
    group: str
    shown: str


class PreviewData(TypedDict):
    """Draws nothing: decodes the images of a click before the server answers.

    Attributes:
        places: Keys of the charts and galleries whose clicks are heard.
        gallery: Key of the gallery of the images.
        image_shape: Height, width, channels.
        model: Address of decoder.onnx, relative to the app's root.
        codes: Address of a .npy array (n, z_dim) float32.
        images: Address of the test images (n, h, w, c) uint8, or null where they are too large.
        image: Address of one of them (h, w, c), * standing for its index; null where `images` has
            them, or there are none.
    """

    role: Literal["preview"]
    places: list[str]
    gallery: str
    z_dim: int
    image_shape: tuple[int, int, int]
    model: str
    codes: str
    images: str | None
    image: str | None


class BarsData(TypedDict):
    """A code as bars over the range of all codes; the others have a number for each dimension.

    Attributes:
        low: Where the usual range of a dimension begins.
        high: Where it ends.
    """

    role: Literal["bars"]
    z: list[float]
    low: list[float]
    high: list[float]


class ClassData(TypedDict):
    """A class of the data set, with its CSS colour."""

    name: str
    color: str


class GroupColorData(TypedDict):
    """Points coloured by the group that they are in.

    Attributes:
        column: Address of a .npy array (n,) int32: number of each point's group.
        groups: By these numbers; CSS colours as #rrggbb or #rrggbbaa.
        order: Numbers of the groups in the order of the legend.
    """

    kind: Literal["groups"]
    column: str
    groups: list[ClassData]
    order: list[int]


class ValueColorData(TypedDict):
    """Points coloured by a number.

    Attributes:
        column: Address of a .npy array (n,) float32.
        title: What the number is.
        low: Where the colour scale begins.
        high: Where it ends.
        scale: Its colours as #rrggbb, evenly spaced.
    """

    kind: Literal["values"]
    column: str
    title: str
    low: float
    high: float
    scale: list[str]


class ScatterMapData(TypedDict):
    """A 2-D map of the test images.

    Attributes:
        name: Key of the map, as of a chart. What is chosen on one map of a name, and what the
            pointer is over, is so on all.
        group: Maps and charts of one group highlight the same points.
        alt: What the map shows, in words.
        points: Address of a .npy array (n, 2) float32, NaN for images without a point.
        old: Whether another picture is on its way.
        axes: Titles of the axes; null where coordinates mean nothing.
        place: The latent dimensions that the axes are, where these are all there are: then every
            place of the map is a code.
        spread: Address of a .npy array (n, 2) float32, the standard deviations of each q(z|x) along
            the axes, where these are latent dimensions of a VAE: its prior is N(0, 1) along both.
            Else null.
        classes: The classes of the data set.
        labels: Address of a .npy array (n,) int32.
        errors: Address of a .npy array (n,) float32, the reconstruction errors, or null without a
            decoder.
        image_shape: Height, width, channels.
        model: Address of decoder.onnx, relative to the app's root, or null without a decoder.
        codes: Address of a .npy array (n, z_dim) float32, or null without a decoder.
        images: As `PreviewData.images`.
        image: As `PreviewData.image`.
        marks: What is drawn besides the points, if anything.
        extent: Left, right, bottom and top of what is seen at first; null: all points.
        camera: Maps of one camera show the same place at the same scale; null: each its own.
    """

    role: Literal["map"]
    name: str
    group: str
    alt: str
    points: str
    old: bool
    color: GroupColorData | ValueColorData
    axes: tuple[str, str] | None
    place: tuple[int, int] | None
    spread: str | None
    classes: list[ClassData]
    labels: str
    errors: str | None
    z_dim: int
    image_shape: tuple[int, int, int]
    model: str | None
    codes: str | None
    images: str | None
    image: str | None
    marks: MarksData | None
    extent: tuple[float, float, float, float] | None
    camera: str | None


class PadData(TypedDict):
    """The decoder of one checkpoint, with sliders.

    Attributes:
        key: Key of the pad.
        name: Name of the checkpoint.
        image_shape: Height, width, channels.
        model: Address of decoder.onnx, relative to the app's root.
        codes: Address of a .npy array (n, z_dim) float32.
        labels: Address of a .npy array (n,) int32.
        images: Address of the test images (n, h, w, c) uint8, or null where they are too large.
        importance_name: What `importance` of a dimension measures, for instance "KL, in nats".
        importance_help: What that is, in a sentence or two.
        terms: What words of the captions mean.
        encoder: Address of encoder.onnx, or null: then nothing can be drawn.
        stds: Address of a .npy array (n, z_dim) float32, the standard deviations of each q(z|x);
            null for an AE.
        loss: What the reconstruction errors are: cross-entropy in nats, or squared differences.
        errors: Quantiles 0 %, 1 %, … 100 % of the test images' reconstruction errors.
        drawing: How the data set places what is drawn; null: the whole picture is the image.
        neighbour_quantiles: Quantiles 0 %, 1 %, … 100 % of the distance from a real code to the
            nearest other one.
        maps: The maps that the server has, the one to show first at the front.
        selection: Index of the image chosen on the map page, or null.
    """

    role: Literal["pad"]
    key: str
    name: str
    kind: str
    z_dim: int
    image_shape: tuple[int, int, int]
    model: str
    encoder: str | None
    stds: str | None
    loss: str
    errors: list[float]
    drawing: DrawingData | None
    codes: str
    labels: str
    images: str | None
    dimensions: list[DimensionData]
    importance_name: str
    importance_help: str
    terms: dict[str, str]
    neighbour_quantiles: list[float]
    prior: PriorData
    maps: list[MapData]
    classes: list[ClassData]
    centroids: list[CodeData]
    selection: int | None
    start: StartData


Message = (
    GalleryData
    | ChartData
    | ScatterMapData
    | PointData
    | GroupData
    | PreviewData
    | BarsData
    | PadData
    | ReplayData
    | GridData
    | SaveData
    | StoryData
)


class ReleasedCode(TypedDict):
    """The z that was let go.

    Attributes:
        token: Of the start that it belongs to: an answer may cross with a new start.
    """

    token: str
    z: list[float]


class Heard(TypedDict):
    """What the browser tells: `place` is a state, which is kept, the others are triggers.

    Attributes:
        clicked: Index of the point that was clicked (gallery, point).
        selected: The points that are selected now, as `GroupData.shown` (group).
        place: Where the user last let go (pad).
    """

    clicked: int
    selected: str
    place: ReleasedCode
