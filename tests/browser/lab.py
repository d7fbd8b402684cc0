"""A JupyterLab of one's own, and a Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOW = "Chromium is not here; get it with: apt-get install chromium (or set CHROMIUM to its path)"


def chromium() -> str | None:
    """The path of a Chromium or Chrome on this machine."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((path for name in names if name and (path := shutil.which(name))), None)


@contextmanager
def jupyterlab(folder: Path, home: Path, **environment: str) -> Iterator[str]:
    """JupyterLab on `folder`, as a user whose home is `home`. Gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home.mkdir(parents=True, exist_ok=True)
    own = {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    # no question about news in the corner of a picture
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    quiet = '{"fetchNews": "false", "checkForUpdates": false}'
    (settings / "notification.jupyterlab-settings").write_text(quiet)
    own["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        "--ServerApp.disable_check_xsrf=True",
        f"--ServerApp.root_dir={folder}",
    ]
    log = open(home / "jupyterlab.log", "w", encoding="utf-8")  # noqa: SIM115  it outlives this block
    env = {**os.environ, **own, **environment}
    server = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{address}/api", timeout=2).close()
                break
            except (urllib.error.URLError, OSError):
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(Path(log.name).read_text(encoding="utf-8")[-3000:]) from None
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


@contextmanager
def browser(width: int = 1280, height: int = 900) -> Iterator[Any]:
    """A page in headless Chromium, with an empty profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = chrome.new_page(viewport={"width": width, "height": height}, device_scale_factor=1.5)
        page.set_default_timeout(30_000)
        try:
            yield page
        finally:
            chrome.close()


class Notebook:
    """A notebook open in JupyterLab, by the ids of its cells (which exist as they come into view)."""

    def __init__(self, page: Any, address: str, path: str, cells: list[str]) -> None:
        self.page, self.cells = page, cells
        page.goto(f"{address}/lab/tree/{path}")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", state="attached")

    def cell(self, id: str) -> Any:
        """The cell with this id, scrolled into view."""
        index = self.cells.index(id)
        cell = self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}']")
        for _ in range(60):
            if cell.count():
                cell.first.scroll_into_view_if_needed()
                return cell.first
            self.page.locator(".jp-WindowedPanel-outer").first.evaluate("e => e.scrollBy(0, 500)")
            self.page.wait_for_timeout(80)
        raise AssertionError(f"no cell {id} in sight")

    def type(self, id: str, source: str) -> None:
        """Put `source` in place of the cell's own."""
        editor = self.cell(id).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)

    def run(self, id: str) -> Any:
        """Run the cell, wait until it is done, and give its output."""
        for _ in range(6):  # a key that came while the page was busy is lost
            cell = self.cell(id)
            cell.locator(".cm-content").click()
            self.page.keyboard.press("Control+Enter")
            prompt = cell.locator(".jp-InputPrompt")
            for tenths in range(300):
                said = prompt.inner_text()
                if any(c.isdigit() for c in said):
                    return cell.locator(".jp-OutputArea")
                self.page.wait_for_timeout(100)
                if "*" not in said and tenths > 50:
                    break
        raise AssertionError(f"the cell {id} was not run")

    def save(self) -> None:
        """Save, and wait until it is on the disk."""
        self.page.keyboard.press("ControlOrMeta+s")
        self.page.locator(".jp-mod-dirty").first.wait_for(state="detached")
