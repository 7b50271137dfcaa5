# ruff: noqa: RUF001, UP031  (signs that look like others, on purpose)
"""Thousands of damaged inputs through the checks: each is refused in a clean sentence, or means what it says.

Run it again: ``python tests/fuzz.py`` (all kinds, 12,000 inputs), or with a number and a seed: ``python tests/fuzz.py
600 7``. The tests run a sample. Seeded: the same number and seed give the same inputs. What a cell, a row, a setting or
a reference means is decided here once more, in other words than the package's, so that the two can disagree.

Classes: refused, same (accepted, and read as it is written), other (accepted as something else), traceback, slow (over
two seconds of processor time), memory (over 500 MB), unclean (a message with the words of a library in it, or without
end).
"""

import csv
import io
import random
import re
import resource
import sys
import tempfile
import time
import traceback
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from improvement_reports.domain.errors import InvalidInput, UserError
from improvement_reports.domain.rows import typed
from improvement_reports.domain.tables import RETURN_TABLES
from improvement_reports.facts.narrative import faults_of_texts
from improvement_reports.returns.cells import table_faults
from improvement_reports.returns.checks import return_faults
from improvement_reports.returns.reading import add_optional, frame_of, read_return
from improvement_reports.returns.workbook_reading import read_workbook
from improvement_reports.workspace.authorities import Authority, load_authorities
from improvement_reports.workspace.csv_reading import read_csv
from improvement_reports.workspace.measures import Measure, load_measures
from improvement_reports.workspace.parameters import ReportParameters, ReturnInfo
from improvement_reports.workspace.places import Project
from improvement_reports.workspace.prose.texts import Prose
from improvement_reports.workspace.yaml_files import load_yaml, validated

SLOW_SECONDS = 20  # of work, on a machine that is several times slower than usual
MEMORY_MB = 500
# Words of libraries that no message to a person holds.
LIBRARY = re.compile(
    r"Traceback|Errno|codec|Invalid isoformat|pydantic|openpyxl|zipfile|NoneType|has no attribute|unexpected"
    r" keyword|could not convert|"
    r"invalid literal|out of range|Exceeds the limit|did not find|while parsing|mapping values|expected"
    r" token|encountered|Error\b|Exception|"
    r"object is not|positional argument|ValidationError|\bdtype\b|<class|0x7f"
)
HIDDEN = [
    "\u200b",
    "\u200c",
    "\u200d",
    "\u2060",
    "\u00ad",
    "\ufeff",
    "\u202e",
    "\u2066",
    "\u200e",
    "\u2028",
    "\u2029",
    "\ufe0f",
    "\U000e0041",
    "\u034f",
    "\u115f",
    "\u3164",
    "\u180e",
    "\x00",
    "\x07",
    "\x08",
    "\x0b",
    "\x1b",
    "\x7f",
    "\x85",
    "\x9f",
    "\ufffd",
    "\ufffc",
    "\ue000",
    "\ufdd0",
    "\U000e0101",
]
SEEN = [
    "\u00a0",
    "\u202f",
    "\u3000",
    "\t",
    "\n",
    "\r\n",
    "\u0301",
    "é",
    "e\u0301",
    "½",
    "²",
    "⁸",
    "–",
    "−",
    "‑",
    "’",
    "“",
    "<b>",
    "=1+1",
    "{{ x }}",
    "|",
    "“",
    "🙂",
    "Ω",
    "ﬁ",
    "_x000D_",
]
VALUES = {
    "number": [
        "1e3",
        "1E400",
        "−5",
        "+5",
        "1,250",
        "00012",
        "8５",
        "٣",
        "12345678901234567",
        "0.1234567",
        "1_000",
        "0x10",
        "NaN",
        "inf",
        "-inf",
        ".5",
        "5.",
        "--5",
        "5-",
        "½",
        "²",
        "86%",
        "£5",
        "1 250",
        "1.2.3",
        "TRUE",
        "",
        "-0",
        "999999999999.999999",
        "1" * 5000,
        "(5)",
        "1/2",
        "31⁸",
        "3 1",
    ],
    "date": [
        "31/07/2017",
        "2024-02-30",
        "2024-13",
        "0000-01",
        "9999-12",
        "2024-3",
        "45352",
        "2024-03-01T00:00",
        "March 2024",
        "Mar-24",
        "２０２４-03",
        "20240301",
        "2024/03",
        "",
        "2024-03-31 ",
        "-2024",
        "2024-00",
        "24-03",
        "1e3",
        "TRUE",
        "2024−03",
    ],
    "id": [
        "A",
        "a b",
        "a.b",
        "a--b",
        "-a",
        "a_",
        "а",
        "ａ",
        "a/../b",
        "..",
        "con",
        "x" * 5000,
        "1",
        "TRUE",
        "a\u0301",
        "=a",
        "a;b",
        "0x1",
    ],
    "text": [
        "",
        "=cmd()",
        "x" * 2001,
        "x" * 2000,
        "\u0301",
        "a\u0301\u0301\u0301\u0301\u0301",
        "TRUE",
        "1e3",
        "5-9",
        "05-Sep",
        "Sep-05",
        "<script>",
        "&#49;",
        "{{ value(1) }}",
        "../..",
        "NA",
        "null",
        "None",
        "nan",
        "CafÃ©",
        "it’s",
        "â€™",
    ],
    "choice": ["Published", "publish", "MONTH", "month ", "TRUE", "1", "", "mоnth"],
    "yes_no": ["TRUE", "Yes", "true", "1", "y", "no ", "ｎo", "", "0"],
}
SCALARS = [
    "010",
    "0x1F",
    "1:30",
    "1_000",
    ".inf",
    ".nan",
    "1e3",
    "1e400",
    "yes",
    "no",
    "on",
    "~",
    "null",
    "2024-02-30",
    "2024-03-01",
    "!!str x",
    "!!binary eA==",
    "*a",
    "&a b",
    "[1, [2, [3]]]",
    "{a: b}",
    "'x",
    '"\\u200b"',
    '"\\x07"',
    '"\\ud800"',
    "| \n  x",
    "x: y",
    "- x",
    "%x",
    "@x",
    "`x`",
    "#x",
    "1" * 30,
    "[" * 300 + "]" * 300,
    "<<: {a: b}",
    "1.5",
    "-3",
    "99999999999999999999",
    '"a\u00adb"',
    "true",
    "TRUE",
    "x" * 30000,
    "{" * 100,
    "? x",
    "=",
    "0o17",
    "+5",
    "--- x",
]
REFERENCES = [
    '{{ value("rereferrals_pct") }}',
    "{{ value(1e999) }}",
    "{{ value(" + "9" * 5000 + ") }}",
    '{{ "x" * 10**9 }}',
    "{{ value(" + "(" * 400 + "1" + ")" * 400 + ") }}",
    "{{ value('a' ~ 'b') }}",
    "{{ range(10**9) }}",
    "{{ ''.__class__ }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{{ value(",
    "}} {{",
    "{{" * 200,
    "{{ value('x', period='\u200b') }}",
    "{{ value(measure_id='a', measure_id='b') }}",
    "{{ value(*[1]) }}",
    "{{ value(**{'a': 1}) }}",
    "{{ value(x) }}",
    "{{ 10**10**10 }}",
    "{# x #}",
    "{{ value('" + "x" * 5000 + "') }}",
    "{{ value(-1) }}",
    "{{ value(true) }}",
    "{{ value(none) }}",
    "{{ value([1]) }}",
    '{{ value("a")|upper }}',
    '{{ value("a").x }}',
    "{{ 1 if 2 }}",
    "{{ value('\\ud800') }}",
    "{% set x = 1 %}",
    "{%",
    "{{ value('a\\nb') }}",
]


@dataclass
class Found:
    """How many inputs of each kind ended in each class, and what the bad ones were."""

    counts: Counter = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def add(self, kind: str, outcome: str, what: str) -> None:
        self.counts[kind, outcome] += 1
        if outcome not in ("refused", "same"):
            self.bad.append(f"{kind}: {outcome}: {what}")


def classify(found: Found, kind: str, what: str, attempt: Callable[[], str]) -> None:
    """One input: ``attempt`` gives the reason why what was accepted is something else, or nothing, and raises a
    refusal.
    """
    start = time.process_time()
    try:
        reason = attempt()
        outcome = "other" if reason else "same"
    except UserError as error:
        said = str(error)
        reason = said[:300]
        faults = error.faults if isinstance(error, InvalidInput) else [error]
        quoted = re.sub(r"“[^”]*”", "", said)
        outcome = (
            "unclean"
            if LIBRARY.search(quoted)
            or max(len(str(f)) for f in faults) > 1500
            or not all(c.isprintable() or c == "\n" for c in said)
            else "refused"
        )
    except Exception:
        reason, outcome = traceback.format_exc(limit=-3), "traceback"
    if time.process_time() - start > SLOW_SECONDS:
        reason, outcome = f"{time.process_time() - start:.1f} s", "slow"
    found.add(kind, outcome, f"{what[:200]!r}: {reason}")


# What is meant


def hidden(text: str) -> bool:
    """Whether something stands in a text that nobody sees."""
    text = text.replace("\r\n", "\n")
    return any(
        c in HIDDEN
        or (unicodedata.category(c)[0] == "C" and c not in "\n\t")
        or unicodedata.category(c) in ("Zl", "Zp")
        for c in text
    )


def meaning(text: str, kind: str):
    """What a cell says by the type of its column, or None if it must be refused."""
    text = text.strip()
    if text == "":
        return None if kind == "number" else ""
    if kind == "number":
        plain = re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text)
        digits = re.sub(r"[^0-9]", "", text).lstrip("0")
        try:
            return float(Decimal(text)) if plain and len(digits) <= 15 else None
        except InvalidOperation:
            return None
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(text)
    if hidden(text):
        return None
    return " ".join(unicodedata.normalize("NFC", text).split())


def in_words(value) -> object:
    """A typed cell in the form of `meaning`."""
    if isinstance(value, float):
        return None if value != value else value
    return value if isinstance(value, bool) else " ".join(str(value).split())


def unlike(spec, tables, cells: list[list[str]], numbers: list[int]) -> str:
    """Why typed rows do not say what the cells say, or nothing."""
    if list(tables["source_row"]) != numbers:
        return f"rows {list(tables['source_row'])[:8]}, not {numbers[:8]}"
    for row, (_, read) in zip(cells, tables.iterrows(), strict=True):
        for name, text in row.items():
            kind = spec.column(name).type
            expected, got = meaning(text, kind), in_words(read[name])
            if kind == "yes_no":
                got = bool(read[name])
            if expected != got and not (kind == "number" and text.strip() == "" and got is None):
                return f"{name} {text[:60]!r} is read as {got!r}"
    return ""


# Inputs


def damaged(text: str, kind: str, chance: random.Random) -> str:
    """A cell with one thing changed."""
    at = chance.randrange(len(text) + 1)
    match chance.randrange(6):
        case 0:
            return text[:at] + chance.choice(HIDDEN) + text[at:]
        case 1:
            return text[:at] + chance.choice(SEEN) + text[at:]
        case 2:
            return chance.choice(VALUES[kind])
        case 3:
            return chance.choice(VALUES[chance.choice(list(VALUES))])
        case 4:
            return (
                text.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789abcdef-."})
                if chance.random() < 0.5
                else text.swapcase()
            )
        case _:
            return chance.choice(["'", '"', " ", "\u00a0", "#", "="]) + text


def csv_text(header: list[str], rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([header, *rows])
    return buffer.getvalue()


def checked_table(name: str, content: bytes) -> str:
    """One table read, checked and typed as a return's; why it does not say what is written in it, or nothing."""
    spec = RETURN_TABLES[name]
    found = read_csv(content, f"{name}.csv", spec.column_names)
    frame = frame_of(found)
    lacks = add_optional(spec, frame)
    if faults := table_faults(spec, frame, f"{name}.csv"):
        raise InvalidInput("the return", faults)
    text = content.decode("utf-8-sig")
    records = list(enumerate(csv.reader(io.StringIO(text, newline="")), start=1))
    header = [c.strip() for c in records[0][1]]
    rows = [(n, dict(zip(header, r, strict=False))) for n, r in records[1:] if any(c.strip() for c in r)]
    return unlike(
        spec,
        typed(spec, frame, f"{name}.csv", lacks),
        [{k: v for k, v in r.items() if k} for _, r in rows],
        [n for n, _ in rows],
    )


def cells(project: Project, chance: random.Random, found: Found, number: int) -> None:
    """Cells of every table."""
    tables = {
        p.stem: list(csv.reader(p.open(encoding="utf-8", newline="")))
        for p in sorted((project.raw / "exampleshire/2024-03").glob("*.csv"))
    }
    for _ in range(number):
        name = chance.choice(list(tables))
        header, *rows = [list(row) for row in tables[name]]
        for _ in range(chance.choice([1, 1, 1, 2])):
            r, c = chance.randrange(len(rows)), chance.randrange(len(header))
            rows[r][c] = damaged(rows[r][c], RETURN_TABLES[name].column(header[c]).type, chance)
        content = csv_text(header, rows).encode("utf-8", "surrogatepass")
        classify(
            found,
            "cell",
            f"{name}, row {r + 2}, {header[c]}: {rows[r][c]}",
            lambda name=name, content=content: checked_table(name, content),
        )


def bytes_of_tables(project: Project, chance: random.Random, found: Found, number: int) -> None:
    """The bytes and lines of every table."""
    tables = {p.stem: p.read_bytes() for p in sorted((project.raw / "exampleshire/2024-03").glob("*.csv"))}
    for _ in range(number):
        name = chance.choice(list(tables))
        content = _other_bytes(tables[name], chance)
        classify(
            found,
            "bytes",
            f"{name}: {content[:120]!r}",
            lambda name=name, content=content: checked_table(name, content),
        )


def _other_bytes(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    lines = content.split(b"\n")
    text = content.decode()
    match chance.randrange(12):
        case 0:
            return content[:at] + chance.randbytes(chance.choice([1, 1, 2, 8])) + content[at + chance.choice([0, 1]) :]
        case 1:
            return content[:at]
        case 2:
            return (
                content[:at]
                + chance.choice(
                    [b'"', b",", b"\n", b"\r", b"\r\n", b"\n\n", b"\t", b";", b"\0", b'""', b"\xef\xbb\xbf"]
                )
                + content[at:]
            )
        case 3:
            chance.shuffle(lines)
            return b"\n".join(lines)
        case 4:
            lines.insert(
                chance.randrange(len(lines)),
                chance.choice([b"", b",,,", b"sep=,", b"A title", b"# x", lines[0], lines[-2]]),
            )
            return b"\n".join(lines)
        case 5:
            return text.replace(",", chance.choice([";", "\t", "|"])).encode()
        case 6:
            return text.encode(chance.choice(["utf-16", "utf-16-le", "utf-32", "utf-8-sig"]))
        case 7:
            return content.replace(b"\n", chance.choice([b"\r\n", b"\r", b"\n\r", b"\n\n", b" \n"]))
        case 8:
            return content * chance.choice([2, 3])
        case 9:
            return (text[:at] + "é").encode("cp1252", "ignore") + text[at:].encode("cp1252", "ignore")
        case 10:
            return content[:at].replace(b"\n", b"\n\n", 2) + content[at:]
        case _:
            return b"\n".join(
                line.replace(b",", b',"', 1).replace(b",", b'",', 1) if chance.random() < 0.1 else line
                for line in lines
            )


def whole_returns(project: Project, chance: random.Random, found: Found, number: int) -> None:
    """Rows of a whole return, through every check of how the tables fit together."""
    home = project.raw / "exampleshire/2024-03"
    measures, authorities = load_measures(project), load_authorities(project)
    for _ in range(number):
        path = chance.choice(sorted(home.glob("*.csv")))
        whole = path.read_bytes()
        header, *rows = list(csv.reader(io.StringIO(whole.decode(), newline="")))
        r, c = chance.randrange(len(rows)), chance.randrange(len(header))
        rows[r][c] = damaged(rows[r][c], RETURN_TABLES[path.stem].column(header[c]).type, chance)
        path.write_bytes(csv_text(header, rows).encode("utf-8", "surrogatepass"))

        def attempt(path=path) -> str:
            raw = read_return(home)
            if faults := return_faults(raw, measures, authorities, project):
                raise InvalidInput("the return", faults)
            return checked_table(path.stem, path.read_bytes())

        classify(found, "return", f"{path.stem}, row {r + 2}, {header[c]}: {rows[r][c]}", attempt)
        path.write_bytes(whole)


FORMATS = [
    "General",
    "0",
    "0.0",
    "0.00",
    "#,##0",
    "#,##0,",
    "0%",
    "0.0%",
    "d-mmm",
    "mmm-yy",
    "dd/mm/yyyy",
    "hh:mm",
    "@",
    ";;;",
    '"x"',
    '0" of 40"',
    "[<5]0;0.0",
    "0;0",
    "# ?/?",
    "0.00E+00",
    "000",
    "yyyy",
    "[h]:mm",
    "0\\8",
    "[Red]0",
    "_-* #,##0.00_-",
    "0.0;[Red]-0.0",
]
NUMBERS = [
    "85",
    "21.499999999999996",
    "0.85",
    "1e3",
    "12345678901234567",
    "45352",
    "-5",
    "0",
    "1e400",
    "NaN",
    "0.1234567",
    "318.0",
    "x",
    "",
    "1" * 400,
    "+5",
    "5e-324",
    "２",
]


def workbook_bytes(project: Project) -> bytes:
    """The return of March as a workbook."""
    from workbooks import to_workbook

    with tempfile.TemporaryDirectory() as folder:
        import shutil

        copy = Project(Path(folder))
        shutil.copytree(project.raw, copy.raw)
        to_workbook(copy)
        return (copy.raw / "exampleshire/2024-03/return.xlsx").read_bytes()


def workbooks(project: Project, chance: random.Random, found: Found, number: int) -> None:
    """Cells, formats, attributes and bytes of a workbook."""
    whole = workbook_bytes(project)
    with zipfile.ZipFile(io.BytesIO(whole)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    before = read_workbook(whole, "return.xlsx").tables
    sheets = sorted(n for n in parts if n.startswith("xl/worksheets/"))
    # Each format has a style of its own, so that a cell can be given it.
    styles = re.sub(
        rb'<cellXfs count="\d+">.*?</cellXfs>', lambda _: _styles(), parts["xl/styles.xml"], flags=re.DOTALL
    )
    formats = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode="{f.replace(chr(34), "&quot;").replace("<", "&lt;")}"/>'
        for n, f in enumerate(FORMATS)
    )
    styles = re.sub(
        rb"<numFmts[^>]*?(/>|>.*?</numFmts>)",
        lambda _: f'<numFmts count="{len(FORMATS)}">{formats}</numFmts>'.encode(),
        styles,
        flags=re.DOTALL,
    )
    for _ in range(number):
        changed, sheet = dict(parts), chance.choice(sheets)
        kind = chance.randrange(4)
        said, where = "bytes", sheet
        if kind == 0:
            at = chance.randrange(len(whole) - 40)
            content = whole[:at] + chance.randbytes(chance.choice([1, 4, 40])) + whole[at + 40 :]
        else:
            if kind == 1:
                part = chance.choice(list(parts))
                at = chance.randrange(len(parts[part]))
                changed[part] = (
                    parts[part][:at]
                    + chance.randbytes(chance.choice([0, 1, 3]))
                    + parts[part][at + chance.choice([0, 1, 9]) :]
                )
                where = part
            elif kind == 2:
                changed[sheet], said = _other_attributes(parts[sheet], chance)
            else:
                changed["xl/styles.xml"] = styles
                changed[sheet], said = _other_cell(parts[sheet], chance)
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as package:
                for name, data in changed.items():
                    package.writestr(name, data)
            content = buffer.getvalue()
        classify(
            found,
            "workbook",
            f"{where}: {said}",
            lambda content=content, said=said, kind=kind: _workbook_unlike(content, before, said, kind),
        )


def _styles() -> bytes:
    return (
        '<cellXfs count="%d"><xf/>' % (len(FORMATS) + 1)
        + "".join(f'<xf numFmtId="{200 + n}" applyNumberFormat="1"/>' for n in range(len(FORMATS)))
        + "</cellXfs>"
    ).encode()


def _other_cell(sheet: bytes, chance: random.Random) -> tuple[bytes, str]:
    """One number cell with another number and format; what was made of it."""
    hits = list(re.finditer(rb'<c r="([A-Z]+\d+)"([^>]*?)><v>([^<]*)</v></c>', sheet))
    if not hits:
        return sheet, "nothing"
    hit, n, value = chance.choice(hits), chance.randrange(len(FORMATS)), chance.choice(NUMBERS)
    cell = f'<c r="{hit[1].decode()}" s="{n + 1}" t="n"><v>{value}</v></c>'.encode()
    return sheet[: hit.start()] + cell + sheet[hit.end() :], f"{hit[1].decode()} = {value} as {FORMATS[n]}"


def _other_attributes(sheet: bytes, chance: random.Random) -> tuple[bytes, str]:
    """Hidden rows and columns, merged cells, types, formulas and places of cells."""
    old, new = chance.choice(
        [
            (b"<row r=", b'<row hidden="1" r='),
            (b"<row r=", b'<row ht="0" r='),
            (b"<sheetData>", b'<cols><col min="1" max="3" hidden="1" width="9"/></cols><sheetData>'),
            (b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
            (b"</sheetData>", b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'),
            (b"<v>", b"<f>1+1</f><v>"),
            (b't="s"', b't="b"'),
            (b't="s"', b't="e"'),
            (b't="s"', b't="d"'),
            (b't="s"', b't="n"'),
            (b't="s"', b't="str"'),
            (b'<c r="A2"', b'<c r="XFD1048576"'),
            (b'<c r="B2"', b'<c r="A2"'),
            (b'<row r="2"', b'<row r="99999999"'),
            (b'<row r="2"', b'<row r="-1"'),
            (b"</sheetData>", b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'),
            (b"<sheetData>", b'<sheetFormatPr zeroHeight="1"/><sheetData>'),
        ]
    )
    return sheet.replace(old, new, 1), f"{old!r} → {new!r}"


def _workbook_unlike(content: bytes, before: dict, said: str, kind: int) -> str:
    """Why a workbook that was accepted does not say what it shows, or nothing."""
    found = read_workbook(content, "return.xlsx")
    faults = list(found.faults)
    for name, rows in found.tables.items():
        if name in RETURN_TABLES:
            frame = frame_of(rows)
            add_optional(RETURN_TABLES[name], frame)
            faults += table_faults(RETURN_TABLES[name], frame, name)
    if faults:
        raise InvalidInput("the return", faults)
    differences = (
        [
            (name, n, a, b)
            for name, rows in before.items()
            for n, cells_ in rows.rows.items()
            for a, b in zip(cells_, found.tables[name].rows.get(n, [None] * len(cells_)), strict=False)
            if a != b
        ]
        if set(before) <= set(found.tables)
        else [("a sheet is missing", 0, "", "")]
    )
    if kind == 3 and " = " in said:
        value, _, shape = said.partition(" = ")[2].partition(" as ")
        for name, n, _, b in differences:
            if not _is_shown(value, shape, b):
                return f"{name}, row {n}: {value} in the format {shape} is read as {b!r}"
        return "" if len(differences) <= 1 else f"{len(differences)} cells differ"
    if kind == 0:
        return f"{differences[0]}" if differences else ""
    if kind == 2:
        return (
            f"{differences[0]}"
            if differences and "A2" not in said and 't="' not in said and "1048576" not in said
            else ""
        )
    return f"{len(differences)} cells differ" if len(differences) > 60 else ""  # one byte of a text is another text


def _is_shown(value: str, shape: str, text: str) -> bool:
    """Whether a number in a format may be read as this text: the number itself, or the month or year of its day."""
    if value == "" or text == "":
        return value == text
    if shape in ("mmm-yy", "dd/mm/yyyy", "yyyy", "d-mmm", "hh:mm", "[h]:mm"):
        return shape in ("mmm-yy", "dd/mm/yyyy", "yyyy") and re.fullmatch(r"\d{4}(-\d\d){0,2}", text or "") is not None
    try:
        number = Decimal(format(float(value), ".15g"))
        return Decimal(text) == number
    except (InvalidOperation, ValueError, TypeError):
        return False


def settings(project: Project, chance: random.Random, found: Found, number: int) -> None:
    """Values, lines and bytes of every settings file."""
    files = {
        project.params / "measures.yml": Measure,
        project.params / "authorities.yml": Authority,
        project.params / "exampleshire/2024-03-board.yml": ReportParameters,
        project.raw / "exampleshire/2024-03/return.yml": ReturnInfo,
    }
    aside = project.root / "fuzzed.yml"
    for _ in range(number):
        path = chance.choice(list(files))
        text = path.read_text(encoding="utf-8")
        lines = text.split("\n")
        at = chance.choice([n for n, line in enumerate(lines) if ": " in line])
        scalar = ""
        match chance.randrange(5):
            case 0 | 1:
                scalar = chance.choice(SCALARS)
                lines[at] = lines[at].split(": ", 1)[0] + ": " + scalar
            case 2:
                lines[at] = lines[at][: chance.randrange(len(lines[at]))] + chance.choice(HIDDEN + SEEN) + lines[at][1:]
            case 3:
                lines[at] = chance.choice(["", " ", "\t", "  " * 40, "- ", lines[at]]) + lines[at]
            case _:
                lines.insert(
                    at,
                    chance.choice(
                        [
                            lines[at],
                            "x: &a [*a]",
                            "- x",
                            "...",
                            "---",
                            "? [a]",
                            "&a x: y",
                            "[" * 2000,
                            "{" * 2000,
                            "!!python/name:os.system x",
                            "<<: x",
                        ]
                    ),
                )
        content = "\n".join(lines).encode("utf-8", "surrogatepass")
        aside.write_bytes(content)
        classify(
            found,
            "settings",
            f"{path.name}, line {at + 1}: {lines[at]}",
            lambda path=path, content=content, at=at: _settings_unlike(aside, files[path], content, at),
        )


def _settings_unlike(path: Path, model, content: bytes, at: int) -> str:
    loaded = load_yaml(path, "settings.yml")
    entries = loaded.values() if model in (Measure, Authority) else [loaded]
    for entry in entries:
        validated(model, entry if isinstance(entry, dict) else {"": entry}, "settings.yml")
    text = content.decode("utf-8", "replace")
    if any(hidden(s) for s in _texts(loaded)):
        return "holds something that nobody sees"
    # The other schema of YAML: every scalar is the text that stands there.
    written = sorted(_scalars(yaml.load(text, Loader=yaml.BaseLoader)))
    read = sorted(_scalars(loaded))
    wrong = (
        [(a, b) for a, b in zip(written, read, strict=False) if a != b]
        if len(written) == len(read)
        else [("values", f"{len(read)} of {len(written)}")]
    )
    return f"{wrong[0][0]!r} is read as {wrong[0][1]!r}" if wrong else ""


def _texts(value) -> Iterator[str]:
    if isinstance(value, dict):
        for k, v in value.items():
            yield from (*_texts(k), *_texts(v))
    elif isinstance(value, list):
        for v in value:
            yield from _texts(v)
    elif isinstance(value, str):
        yield value


WORDS = {
    "true": "True",
    "yes": "True",
    "on": "True",
    "false": "False",
    "no": "False",
    "off": "False",
    "null": "None",
    "~": "None",
    "": "None",
}


def _scalars(value) -> Iterator[str]:
    """Every key and value as a text, numbers by their value, so that 1.0 and 1.00 are one."""
    if isinstance(value, dict):
        for k, v in value.items():
            yield from (*_scalars(k), *_scalars(v))
    elif isinstance(value, list):
        for v in value:
            yield from _scalars(v)
    else:
        text = value.isoformat() if hasattr(value, "isoformat") else str(value)
        text = WORDS.get(text.lower(), text)
        yield (
            str(Decimal(text).normalize()) if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", text) and len(text) < 20 else text
        )


def narratives(project: Project, chance: random.Random, found: Found, number: int) -> None:
    """References and characters of the narrative. What Markdown may say is tried elsewhere (tests of prose)."""
    sections = [p.read_text(encoding="utf-8") for p in sorted((project.raw / "exampleshire").glob("*/narrative/*.md"))]
    from improvement_reports.facts.facts import NARRATIVE_FUNCTIONS, Facts
    from improvement_reports.facts.narrative import _syntax_faults

    functions = {name: getattr(Facts, name).__get__(object()) for name in NARRATIVE_FUNCTIONS}
    for n in range(number):
        text = chance.choice(sections)
        at = chance.randrange(len(text) + 1)
        match chance.randrange(4):
            case 0:
                text = text[:at] + chance.choice(REFERENCES) + text[at:]
            case 1:
                text = text[:at] + chance.choice(HIDDEN + SEEN) + text[at:]
            case 2:
                text = (
                    text[:at]
                    + chance.choice(["{{", "}}", "{%", "%}", "{", "}", '"', "(", ")", "{#", ",", "="])
                    + text[at + chance.choice([0, 1, 3]) :]
                )
            case _:
                text = text.replace(
                    chance.choice(["value", '"', "(", "period", "_"]),
                    chance.choice(["", "x", "\u200b", "((", "9" * 5000]),
                    1,
                )

        def attempt(text=text, whole=n % 10 == 0) -> str:
            faults = (
                faults_of_texts([Prose("narrative/a.md", text)], [], functions)
                if whole
                else _syntax_faults(text, "narrative/a.md", functions)
            )
            if faults:
                raise InvalidInput("the return", faults)
            inside = re.sub(r"\".*?\"|'.*?'", "", "".join(re.findall(r"\{\{.*?\}\}", text, re.DOTALL)))
            if whole and hidden(text):
                return "holds something that nobody sees"
            return "a number without end" if re.search(r"[0-9]{16}|[0-9]e[0-9]", inside) else ""

        classify(found, "narrative", text[max(0, at - 30) : at + 60], attempt)


KINDS: dict[str, tuple[Callable, float]] = {
    "cell": (cells, 0.4),
    "bytes": (bytes_of_tables, 0.15),
    "return": (whole_returns, 0.02),
    "workbook": (workbooks, 0.15),
    "settings": (settings, 0.18),
    "narrative": (narratives, 0.1),
}


def _most_memory() -> int:
    """The most that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fuzz(project: Project, number: int, seed: int = 1) -> Found:
    """About ``number`` inputs of all kinds together."""
    found, before = Found(), _most_memory()
    for n, (make, share) in enumerate(KINDS.values()):
        make(project, random.Random(seed * 100 + n), found, max(1, round(number * share)))
    if (grown := _most_memory() - before) > MEMORY_MB:  # the process may have done other things before
        found.add("all", "memory", f"{grown} MB")
    return found


def main() -> None:
    from conftest import copy_project

    number, seed = (int(a) for a in [*sys.argv[1:3], "12000", "1"][:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), 1)
    with tempfile.TemporaryDirectory() as folder:
        found = fuzz(copy_project(Path(folder)), number, seed)
    for kind in [*KINDS, "all"]:
        line = ", ".join(f"{o} {n}" for (k, o), n in sorted(found.counts.items()) if k == kind)
        print(f"{kind}: {line}" if line else "", end="\n" if line else "")
    print(f"{sum(found.counts.values())} inputs, {len(found.bad)} of them bad; most memory {_most_memory()} MB")
    for line in found.bad[:200]:
        print(line)
    sys.exit(1 if found.bad else 0)


if __name__ == "__main__":
    main()
