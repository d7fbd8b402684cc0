"""JupyterLab and the formgrader as people use them, in headless Chromium."""
