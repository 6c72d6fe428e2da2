"""Results as Markdown, put into a document between two marks, and as JSON."""

import dataclasses
import json

from .figures import number, sample_text

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def verdict(row):
    if row.budget is None:
        return ""
    return f"{row.budget}: {'undecided' if row.is_met is None else 'met' if row.is_met else '**missed**'}"


def peers_text(row):
    return "; ".join(f"{name}: {peer_text(row, name)}" for name in row.peers)


def peer_text(row, name):
    values = row.peers[name]
    if isinstance(values, str):
        return values
    compared = row.compared(values)
    beside = f", {'Δ' if row.by_difference else '×'} {sample_text(compared)}" if compared else ""
    ahead = f", **ahead**{': ' + row.why if row.why else ''}" if row.is_behind(name) else ""
    return sample_text(values) + beside + ahead


def table(rows):
    lines = ["| what | unit | ergometer | C | × C | others | budget |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        cells = [
            row.what + (f" ({row.note})" if row.note else ""),
            row.unit,
            sample_text(row.ours),
            sample_text(row.reference) if row.reference else "",
            sample_text(row.compared(row.reference)) if row.reference and row.compared(row.reference) else "",
            peers_text(row),
            verdict(row),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def growth_table(laws):
    lines = ["| cost | grows with | unit | measured | exponent, of the last step |", "|---|---|---|---|---|"]
    for law in laws:
        exponent, last = law.exponent(), law.last_exponent()
        points = ", ".join(f"{cause:,}: {number(cost)}" for cause, cost in law.points)
        text = "" if exponent is None else f"{exponent:.2f}, {last:.2f}"
        lines.append(
            f"| {law.cost} | {law.cause}{f' ({law.note})' if law.note else ''} | {law.unit} | {points} | {text} |"
        )
    return lines


NOISY = (
    "**The machine was not at rest, or not all ours: absolute times are longer than they would be alone. What was compared "
    "took turns, and the spread of a ratio says what it is worth.**"
)


def markdown(description, groups, laws, failures, was_quiet):
    lines = [] if was_quiet else [NOISY, ""]
    lines += ["| | |", "|---|---|"] + [f"| {name} | {text} |" for name, text in description]
    for name, rows in groups.items():
        lines += ["", f"### {name}", ""] + table(rows)
    if laws:
        lines += ["", "### Growth", ""] + growth_table(laws)
    if failures:
        lines += ["", "Not measured:", ""] + [f"* {failure}" for failure in failures]
    return "\n".join(lines) + "\n"


def put(path, text):
    """Replaces what stands between the marks of a document."""
    document = path.read_text()
    before, _, rest = document.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{path} has no marks {BEGIN} … {END}")
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")


def document(description, groups, laws, failures):
    """All values, for whoever wants to compute with them."""
    return json.dumps(
        {
            "description": dict(description),
            "failures": failures,
            "rows": [{"group": name, **dataclasses.asdict(row)} for name, rows in groups.items() for row in rows],
            "growth": [{**dataclasses.asdict(law), "exponent": law.exponent()} for law in laws],
        },
        indent=1,
        ensure_ascii=False,
    )
