"""``samestory serve``: the pages of a run on demand, for this machine alone unless told otherwise."""

from __future__ import annotations

import gc
import socket
from ipaddress import ip_address
from pathlib import Path

import click
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clustering.errors import InputError
from jobs.report import links
from jobs.report.index import IndexedRun
from jobs.report.render import OF_THE_RUN, POLICY, Pages, media_type
from jobs.rundir import open_run, run_options

_HEADERS = {
    "Content-Security-Policy": f"{POLICY}; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@click.command()
@run_options
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="Where to listen; another than loopback opens the articles to the network.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="0 takes any that is free.")
def command(store: Path, run_id: str | None, host: str, port: int) -> None:
    """Serve the pages of a run until interrupted.

    Everything is made from the run directory when it is asked for. Nothing is written, and nobody needs to log in: whoever
    reaches the address can read the articles, so it listens to this machine alone by default.
    """
    app = application(IndexedRun(open_run(store, run_id).directory), loopback=_is_loopback(host))
    with listen(host, port) as listening:
        name = f"[{host}]" if ":" in host else host
        click.echo(f"http://{name}:{listening.getsockname()[1]}/")
        settings = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", ws="none")
        uvicorn.Server(settings).run(sockets=[listening])


def application(run: IndexedRun, *, loopback: bool = True) -> Starlette:
    """The pages as an ASGI application; on loopback it answers to loopback names only, so that no web page can rebind to it."""
    pages = Pages(run)
    warm_up(pages)

    def answer(request: Request) -> Response:
        if loopback and request.url.hostname not in _LOOPBACK_NAMES:
            return Response("This answers to localhost only.", 421, _HEADERS, "text/plain")
        path = request.path_params["path"] or links.FRONT
        page = pages.render(path)
        if page is None:
            return Response(pages.missing(path), 404, _HEADERS, "text/html; charset=utf-8")
        return Response(page, 200, _HEADERS, media_type(path))

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET"])])


def warm_up(pages: Pages) -> None:
    """Make what is kept (the front page, the data of all events) and a large event's pages: nobody need wait for them."""
    for path in OF_THE_RUN:
        pages.render(path)
    for head in sorted(pages.run.heads.values(), key=lambda head: -head.article_count)[:1]:
        pages.render(links.event(head.event_id))
        pages.render(links.reader(head.event_id))
    gc.collect()
    gc.freeze()  # the index stays as long as the process: the collector need not walk it during an answer


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """A socket at the address; refused in words when it is taken."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise InputError(f"cannot listen at {host}, port {port}: {error.strerror or error}; name another with --port") from error
