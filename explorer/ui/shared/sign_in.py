"""Sign-in through Streamlit's own `st.login` (OpenID Connect), where `secrets.toml` has [auth]."""

import os

import streamlit as st


def is_asked_for() -> bool:
    """Whether this server asks visitors to sign in."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def may_enter(email: object, verified: object = None) -> bool:
    """Whether an account may enter: all may, or those of `EXPLORER_USERS`.

    Args:
        email: The address that the provider tells of the account.
        verified: Whether the provider has checked it; None: it does not say.
    """
    allowed = os.environ.get("EXPLORER_USERS", "").lower()
    names = {name for item in allowed.split(",") if (name := item.strip())}
    if not names:
        return True
    if not isinstance(email, str) or verified is False:
        return False
    own = email.lower()
    name, at, domain = own.rpartition("@")
    return bool(name and at) and (own in names or f"@{domain}" in names)


def gate() -> None:
    """End the page here for who has not signed in, with a button to do so."""
    if not is_asked_for():
        if os.environ.get("EXPLORER_USERS", "").strip():  # or everybody would enter
            st.error(
                "EXPLORER_USERS says who may enter, and nobody can sign in: "
                ".streamlit/secrets.toml has no [auth] (docs/SECURITY.md).",
                icon=":material/error:",
            )
            st.stop()
        return
    user = st.user
    if user.is_logged_in and may_enter(user.get("email"), user.get("email_verified")):
        st.sidebar.button("Sign out", icon=":material/logout:", on_click=st.logout)
        return
    st.title("Latent Explorer", anchor=False)
    if user.is_logged_in:
        st.error("This account may not enter: sign in with another one, or ask whoever runs this.")
        st.button("Sign out", type="primary", icon=":material/logout:", on_click=st.logout)
    else:
        st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login)
    st.stop()
