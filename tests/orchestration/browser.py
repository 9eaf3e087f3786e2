"""A page as a browser shows it: headless Chromium, nothing but the page's own server asked."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

_OPTIONS = (
    "--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --hide-scrollbars --window-size=1800,1200"
).split()


def chromium() -> str:
    """The browser's path; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no browser: Chromium is not installed")
    return found


def text_of(url: str, profile: Path, *, wait_seconds: int = 30) -> str:
    """The words on a page after its scripts have had `wait_seconds` of the browser's own (fast) time."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    done = subprocess.run(
        [
            *(chromium(), *_OPTIONS, *sandbox),
            *(
                f"--user-data-dir={profile}",
                f"--virtual-time-budget={wait_seconds * 1000}",
                "--dump-dom",
                url,
            ),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
    shown = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", done.stdout)
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())
