"""Names that strangers may give to files, headings, runs and tickers, each taken for something by somebody."""

from __future__ import annotations

HTML = ["<img src=x onerror=alert(1)>", "</script><script>alert(1)</script>", "<a href='javascript:alert(1)'>press</a>",
        "<b>bold</b> &lt;i&gt;", '"><svg onload=alert(1)>',
        "</figure><iframe src='https://evil.example'></iframe>"]  # fmt: skip
MARKDOWN = ["[press](https://evil.example)", "[press](javascript:alert(1))", "![x](https://evil.example/x.png)",
            "**bold** _slanted_ ~~gone~~ `code`", ":red[red] :material/home:", "www.evil.example", "https://evil.example/x",
            "someone@evil.example", "1. one", "- one", "---", "| a | b |"]  # fmt: skip
TEX = [r"$\href{javascript:alert(1)}{x}$", r"$$\frac{1}{2}$$", r"\(x^2\) \[y\]"]
FORMULAS = ['=HYPERLINK("https://evil.example")', "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "x\n=1+1", "＝1+1"]
PATHS = ["../../x", "..\\..\\x", "/etc/passwd", "C:\\x", "%2e%2e%2fx", "x\x00y", ".hidden", "..", "x" * 5000]
CODE = ["'''+__import__('os').system('touch evil')+'''", "x\n!touch evil\n%load_ext x", '"); touch("evil") #',
        "{ticker} {0} %{x} %s", "x\u2028import os", "\\"]  # fmt: skip
KINDS = {"HTML": HTML, "Markdown": MARKDOWN, "TeX": TEX, "formulas": FORMULAS, "paths": PATHS, "code": CODE}
NAMES = [name for kind in KINDS.values() for name in kind]
