"""What a page of the site may load and run: its content security policy, in the page itself and as headers for hosts.

In the page it holds wherever the site lies, also on hosts that let nobody set headers. Sources: the W3C's Content
Security Policy Level 3; `'wasm-unsafe-eval'` is what the search needs for its compiled code.
"""

import base64
import hashlib
from collections.abc import Mapping

# Of every drawing that matplotlib writes: one rule, in a style element of its own.
DRAWING_STYLE = "*{stroke-linejoin: round; stroke-linecap: butt}"
PAGE = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
}


def policy_text(directives: Mapping[str, str]) -> str:
    """Directives as one line.

    >>> policy_text({"default-src": "'none'", "img-src": "'self'"})
    "default-src 'none'; img-src 'self'"
    """
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def hashed(content: str) -> str:
    """The source that allows one inline style or script by what it holds."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def header_directives() -> dict[str, str]:
    """The policy of a page as headers say it of every file.

    Three things more than the page: no other site may frame it, which only a header can say; a published drawing that
    is opened by itself keeps the styles that it was published with, which pages do not allow themselves; and a browser
    may show a PDF of the site.
    """
    return {
        **PAGE,
        "style-src": f"'self' {hashed(DRAWING_STYLE)}",
        "style-src-attr": "'unsafe-inline'",
        "object-src": "'self'",
        "frame-ancestors": "'self'",
    }


def headers() -> dict[str, str]:
    """The headers that a host is to send with every file."""
    return {
        "Content-Security-Policy": policy_text(header_directives()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def headers_file() -> str:
    """``_headers``, which Netlify and Cloudflare Pages read from the root of a site."""
    lines = [f"  {name}: {value}" for name, value in headers().items()]
    return "\n".join(["/*", *lines, ""])


def nginx_headers() -> str:
    """The same for nginx: ``hosting/headers.conf``, which its ``hosting/nginx.conf`` takes in."""
    lines = [f'add_header {name} "{value}" always;' for name, value in headers().items()]
    return "\n".join(["# Written from improvement_reports/site/policy.py; a test compares.", *lines, ""])
