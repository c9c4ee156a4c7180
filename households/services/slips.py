"""The paper with one-time passwords: one self-contained HTML file, A4, a slip for each account."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from households.services.account_lists import Slip
from township.base.output import replacing

# A file on its own, not a page of the site: its style has to be inside.
STYLE = mark_safe(
    """
@page { size: A4; margin: 12mm; }
body { font: 12pt/1.5 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; margin: 0; color: #000; }
p.note { margin: 0 0 4mm; font-size: 10pt; }
main { display: grid; grid-template-columns: 1fr 1fr; }
section { border: 0.3mm dashed #666; padding: 4mm 5mm; break-inside: avoid; min-height: 56mm; box-sizing: border-box; }
h2 { font-size: 13pt; margin: 0 0 2mm; }
dl { display: grid; grid-template-columns: 5em 1fr; margin: 0; }
dt { color: #333; } dd { margin: 0; overflow-wrap: anywhere; }
dd.code { font: 700 14pt/1.4 "DejaVu Sans Mono", Consolas, monospace; }
section p { font-size: 9pt; margin: 2mm 0 0; }
@media print { p.note { display: none; } }
"""
)


def write_slips(path: Path, slips: Sequence[Slip], township: str) -> None:
    """Write the slips to a file that only its owner can read. Raises OutputRefused, OSError."""
    content = render_slips(slips, township)
    with replacing(path, private=True) as stream:
        stream.write(content.encode())


def render_slips(slips: Sequence[Slip], township: str) -> SafeString:
    """Return the page of slips as HTML."""
    sections = format_html_join(
        "\n",
        "<section><h2>{} · {}</h2><dl><dt>岗位</dt><dd>{}（{}）</dd><dt>登录名</dt><dd class=code>{}</dd>"
        "<dt>一次性密码</dt><dd class=code>{}</dd></dl>"
        "<p>首次登录须改成自己的密码（至少 10 位，大写、小写、数字、符号中的三种）。密码不要告诉别人，"
        "忘记了请找镇防贫监测工作站重置。</p></section>",
        ((township, s.name, s.role, s.places, s.username, s.password) for s in slips),
    )
    return format_html(
        '<!DOCTYPE html>\n<html lang="zh-hans"><head><meta charset="utf-8"><title>{} 账号密码单</title>'
        "<style>{}</style></head>\n<body><p class=note>共 {} 个账号。打印后沿虚线裁开，当面交给本人；"
        "交完请删除这个文件。</p>\n<main>\n{}\n</main></body></html>\n",
        township, STYLE, len(slips), sections,
    )  # fmt: skip
