"""Draw an image: it is encoded and decoded under the hand, and lands on the map."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from explorer import checkpoints, datasets
from tests.browser.decode.pad import ready
from tests.conftest import SHIPPED

pytestmark = pytest.mark.browser

NAME = "digits-vae-z2"


def drawn(page: Page) -> dict[str, Any]:
    """What the panel made of the paper: pixels, code, error."""
    found = page.locator(".draw").evaluate(
        """({drawn}) => ({image: [...drawn.image], mean: [...drawn.encoded.mean],
            std: [...drawn.encoded.std], error: drawn.error})"""
    )
    return dict(found)


def test_what_is_drawn_is_encoded_as_in_python_and_nothing_is_sent(
    page: Page, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(SHIPPED))
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto(f"{address}/decode?checkpoint={NAME}")
    ready(page)
    page.get_by_role("tab", name="Draw").click()
    status = page.locator(".draw [role=status]")
    expect(status).to_contain_text("Draw on the black paper")
    before = len(sent)

    paper = page.locator("canvas.sketch")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box is not None
    places = [(0.3, 0.2), (0.7, 0.2), (0.45, 0.9)]
    corners = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in places]
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=5)
    page.mouse.up()
    expect(status).to_contain_text("Reconstruction error")
    expect(page.locator(".cross.star")).to_have_text("★")
    seven = drawn(page)
    as_in_python(seven)

    # By keys alone: one stroke more, taken back by another key.
    paper.focus()
    error = "([panel, error]) => panel.drawn.error {} error".format
    panel = page.locator(".draw").element_handle()
    for keys, sign in ((["Space", *["ArrowLeft"] * 3], "!=="), (["Backspace"], "===")):
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_function(error(sign), arg=[panel, seven["error"]])

    # A test image from a file is what the data hold.
    images = datasets.load("digits", "test", download=False).images
    file = io.BytesIO()
    pixels = np.rint(255 * images[3, ..., 0]).astype(np.uint8)
    Image.fromarray(pixels).resize((80, 80), Image.Resampling.NEAREST).save(file, "PNG")
    content = {"name": "digit.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.locator(".draw input[type=file]").set_input_files(content)  # type: ignore[arg-type]
    page.wait_for_function(error("!=="), arg=[panel, seven["error"]])
    digit = drawn(page)
    as_in_python(digit)
    # What the encoder says of it, inside.
    page.get_by_role("tab", name="Inside").click()
    page.get_by_label("Image", exact=True).last.select_option("What I drew")
    page.get_by_label("Code that is decoded").select_option("z = μ")
    loss = page.locator(".loss-row output").first
    expect(loss).to_have_text(f"{digit['error']:.1f} nats")
    rows = page.locator(".bell-row")
    expect(rows).to_have_count(2)
    for i, row in enumerate(rows.all()):
        name = row.locator("b").inner_text()
        mean = f"{digit['mean'][int(name[1:])]:.2f}".replace("-", "−")
        expect(rows.nth(i)).to_contain_text(f"μ {mean}, ")
    page.get_by_role("tab", name="Draw").click()
    content |= {"name": "no.png", "buffer": b"no image"}
    page.locator(".draw input[type=file]").set_input_files(content)  # type: ignore[arg-type]
    expect(status).to_contain_text("no.png is no image that this browser can read")

    page.get_by_role("button", name="Clear").click()
    expect(status).to_contain_text("Draw on the black paper")
    expect(page.locator(".cross.star")).to_have_count(0)
    assert len(sent) == before


def as_in_python(seen: dict[str, Any]) -> None:
    """The browser's encoder, decoder and error are those of Python on the same pixels."""
    checkpoint = checkpoints.get(NAME)
    image = np.reshape(np.array(seen["image"], np.float32), (1, *checkpoint.model.image_shape))
    assert image.min() >= 0
    assert image.max() <= 1
    code = checkpoint.encoder().encode(image)
    assert code.z_log_var is not None
    np.testing.assert_allclose(seen["mean"], code.z_mean[0], atol=1e-4)
    np.testing.assert_allclose(seen["std"], np.exp(code.z_log_var[0] / 2), atol=1e-4)
    decoded = checkpoint.decoder().decode(code.z_mean)
    (error,) = checkpoints.onnx.reconstruction_errors(image, decoded, checkpoint.model.loss)
    assert seen["error"] == pytest.approx(error, rel=1e-3)
