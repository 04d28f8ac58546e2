"""Latent Explorer: `streamlit run app.py`."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from explorer.ui.server import hosts
from explorer.ui.server.headers import FrontendCaching, SecurityHeaders
from explorer.ui.server.lifespan import lifespan, show_error
from explorer.ui.server.password import Password, configured
from explorer.ui.server.routes import routes
from explorer.ui.server.sent import Sent
from explorer.ui.server.style import Style
from explorer.ui.server.taken import Taken
from explorer.ui.server.visitors import Visitors

password = configured()
base = st.get_option("server.baseUrlPath")

app = st.App(
    Path(__file__).parent / "explorer" / "ui" / "main.py",
    routes=routes(base),
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(
            TrustedHostMiddleware,
            allowed_hosts=hosts.allowed(
                st.get_option("server.address"), st.get_option("browser.serverAddress")
            ),
            www_redirect=False,
        ),
        *([Middleware(Password, password=password, base_path=base)] if password else []),
        Middleware(Sent),
        Middleware(Taken),
        Middleware(Visitors),
        Middleware(FrontendCaching),
        Middleware(Style),
    ],
    lifespan=lifespan,
    on_script_error=show_error,
)
