"""What browsers get besides the pages: files of checkpoints, small pictures, exports.

`GET /explorer/<checkpoint>/<file>`, `/pictures/<kind>/<name>/<file>`, `/exports/<folder>/<file>`.
"""

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from explorer.core.errors import ExplorerError
from explorer.ui.server.headers import KEEP


def routes(base_path: str) -> list[Route]:
    """Return the routes.

    Args:
        base_path: Under which the app is served, Streamlit's `server.baseUrlPath`; "" for none.
    """
    base = f"/{base_path.strip('/')}".rstrip("/")
    answers = {
        "explorer/{checkpoint}/{file}": _send,
        "pictures/{kind}/{name}/{file}": _picture,
        "exports/{folder}/{file}": _export,
    }
    return [Route(f"{base}/{path}", answer, methods=["GET"]) for path, answer in answers.items()]


def _send(request: Request) -> Response:
    """Answer with a file; Starlette runs this in a thread, so that reading delays nobody."""
    # Streamlit's caches want its runtime, which does not run yet when the routes are made.
    from explorer.ui.server import files

    try:
        found = files.find(request.path_params["checkpoint"], request.path_params["file"])
    except ExplorerError as error:
        return PlainTextResponse(str(error), 404, {"Cache-Control": "no-store"})
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{found.digest}-gzip"' if zipped else f'"{found.digest}"'
    headers = {"ETag": tag, "Cache-Control": KEEP, "Vary": "Accept-Encoding"}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    content = found.gzipped if zipped else found.content
    return Response(content, headers=headers, media_type="application/octet-stream")


def _picture(request: Request) -> Response:
    """Answer with a small picture, which is drawn if this is the first time."""
    from explorer.ui.server import pictures

    try:
        content = pictures.find(**request.path_params)
    except ExplorerError as error:
        return PlainTextResponse(str(error), 404, {"Cache-Control": "no-store"})
    return Response(content, headers={"Cache-Control": KEEP}, media_type="image/png")


def _export(request: Request) -> Response:
    """Answer with a file that a job has made, to be kept under its name."""
    from explorer.runs import exports

    try:
        path = exports.file(request.path_params["folder"], request.path_params["file"])
    except ExplorerError:
        path = None
    if path is None:
        return PlainTextResponse("There is no such file any more: export it again.", 404)
    return FileResponse(
        path,
        headers={"Cache-Control": "no-store"},
        media_type="application/octet-stream",
        filename=path.name,
    )


def _has(header: str, tag: str) -> bool:
    tags = [item.strip().removeprefix("W/") for item in header.split(",")]
    return tag in tags or "*" in tags
