"""What the page of an export is told: it has no server to ask."""

from typing import TypedDict

from explorer.ui.components.contract import (
    GroupColorData,
    PadData,
    ScatterMapData,
    ValueColorData,
)


class SiteColourData(TypedDict):
    """Something that the points of a map can be coloured by.

    Attributes:
        name: In links.
        title: In the form.
        note: What must be known to read its colours, as `SitePictureData.caption`, or "".
    """

    name: str
    title: str
    note: str
    color: GroupColorData | ValueColorData


class SitePictureData(TypedDict):
    """A projection of the test images.

    Attributes:
        name: In links.
        title: In the form.
        caption: What one must know to read it; what is between two pairs of stars is bold.
        colours: The first one is that of `map`.
    """

    name: str
    title: str
    caption: str
    map: ScatterMapData
    colours: list[SiteColourData]


class SiteData(TypedDict):
    """Everything on the page. Addresses are relative to it.

    Attributes:
        pictures: The first one is shown first.
        count: How many test images there are.
        point: Index of the image that is chosen first.
        error_unit: Of reconstruction errors.
        code_caption: What the bars of a code are.
        terms: What words of the captions mean.
    """

    pictures: list[SitePictureData]
    pad: PadData
    count: int
    point: int
    error_unit: str
    code_caption: str
    terms: dict[str, str]
