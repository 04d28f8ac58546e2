"""`GET /explorer/<checkpoint>/<file>`: a checkpoint's files for browsers, which keep them."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from explorer.core.errors import ExplorerError
from explorer.ui.server.headers import KEEP


def routes(base_path: str) -> list[Route]:
    """Return the routes.

    Args:
        base_path: Under which the app is served, Streamlit's `server.baseUrlPath`; "" for none.
    """
    base = f"/{base_path.strip('/')}".rstrip("/")
    return [Route(f"{base}/explorer/{{checkpoint}}/{{file}}", _send, methods=["GET"])]


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


def _has(header: str, tag: str) -> bool:
    tags = [item.strip().removeprefix("W/") for item in header.split(",")]
    return tag in tags or "*" in tags
