"""The model card and the README's accuracy figures, written from what was measured."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from real_messages import Message

    from complaintnlp import Classifier
    from complaintnlp.training.evaluation import Evaluation

__all__ = ["CARD", "provenance_table", "write_card", "write_readmes"]

ROOT = Path(__file__).resolve().parents[1]
CARD = ROOT / "models" / "default" / "README.md"
_BEGIN, _END = "<!-- accuracy -->", "<!-- /accuracy -->"
COMMAND = "python benchmarks/accuracy.py"
SOURCES = {
    "replied": "real, with an official reply in view",
    "unlabelled": "real, without a reply",
    "raw": "real, from the set with seven categories",
    "tokens": "real, from the set with seven categories, segmented and without stop words",
    "written": "written for this project (`datasets`)",
}


_CHINESE = {
    "7 categories, macro-F1, trained on these messages alone (ours: with the lexicon)": (
        "7 类宏 F1（仅此数据；我们另加词典）"
    ),
    "category, accuracy": "15 类准确率",
    "department, first choice": "责任部门，首选正确",
    "department, first choice is defensible": "责任部门，首选说得过去",
    "department, in the first three": "责任部门，前三之内",
    "appeal type, accuracy": "诉求类型准确率",
    "hazard, recall at precision 0.45": "安全隐患，精确率 0.45 时的召回率",
    "category, calibration error": "15 类校准误差",
    "department, calibration error": "责任部门校准误差",
    "appeal type, calibration error": "诉求类型校准误差",
    "hazard, calibration error": "安全隐患校准误差",
    "not sent to review": "无需人工复核的比例",
    "of these, department is defensible": "其中责任部门说得过去的比例",
}


class _Figure(Protocol):
    name: str
    value: float


Measured = tuple[_Figure, "Sequence[_Figure]", "Sequence[_Figure]", "Mapping[str, _Figure]"]
"""Of the seven categories; by the first reader's labels; where two readers agree; and what the
usual script reaches, by the measure's name."""


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def _figures(measured: Measured, names: Mapping[str, str] | None = None) -> str:
    """Return the table of all measures, under other names if there are any."""
    seven, first, both, usual = measured
    rows: list[Sequence[object]] = [(seven.name, seven, "", usual[seven.name])]
    rows += [
        (one.name, one, two, usual.get(one.name, "")) for one, two in zip(first, both, strict=True)
    ]
    header = ("measure", "all replied messages", "where two readers agree", "usual script, all")
    if names:
        header = ("指标", "全部有答复的留言", "两位阅读者一致的留言", "常见脚本，全部留言")
        rows = [(names[str(name)], *figures) for name, *figures in rows]
    return _table(header, rows)


def _per_class(evaluation: Evaluation) -> str:
    rows = [
        (label, f"{precision:.3f}", f"{recall:.3f}", f"{f1:.3f}", support)
        for label, precision, recall, f1, support in zip(
            evaluation.classes,
            evaluation.precision,
            evaluation.recall,
            evaluation.f1,
            evaluation.support,
            strict=True,
        )
    ]
    return _table(("label", "precision", "recall", "F1", "support"), rows)


def provenance_table(classifier: Classifier) -> str:
    """Return the model's own record of its out-of-fold metrics as a table."""
    metrics = classifier.provenance["out_of_fold"]
    columns = ("messages", "accuracy", "macro_f1", "calibration_error", "top3", "acceptable")
    rows = [(target, *[values[c] for c in columns]) for target, values in metrics.items()]
    return _table(("target", *columns), rows)


def write_card(
    classifier: Classifier,
    learned: Sequence[Message],
    measured: Measured,
    evaluations: dict[str, Evaluation],
) -> None:
    """Write ``models/default/README.md``.

    Parameters
    ----------
    classifier : Classifier
    learned : sequence of Message
    measured : tuple
        See `Measured`.
    evaluations : dict of str to Evaluation
        Of the replied messages, by target.
    """
    counts = Counter(message.source for message in learned)
    data = _table(("messages", "source"), [(counts[s], text) for s, text in SOURCES.items()])
    classes = "\n".join(
        f"### {target}\n\n{_per_class(evaluation)}\n"
        f"![confusion matrix](../pictures/confusion_{target}.png)\n"
        f"![reliability diagram](../pictures/reliability_{target}.png)\n"
        for target, evaluation in evaluations.items()
    )
    text = _CARD.format(
        terms=f"{len(classifier.vectorizer.keys_):,}",
        words=f"{len(classifier.vectorizer.words_):,}",
        lexicon=f"{classifier.provenance['lexicon']:,}",
        messages=f"{len(learned):,}",
        data=data,
        figures=_figures(measured),
        provenance=provenance_table(classifier),
        classes=classes,
        command=COMMAND,
        threshold=f"{classifier.review.threshold:.3f}",
        risk=f"{classifier.review.risk:.0%}",
    )
    CARD.write_text(text, "utf-8", newline="\n")


def write_readmes(measured: Measured) -> None:
    """Renew the accuracy block of both READMEs.

    Parameters
    ----------
    measured : tuple
        See `Measured`.
    """
    notes = {
        "README.md": "Real messages kept out of training together with their near-duplicates, 95 % "
        "bootstrap intervals; the usual script (jieba, `TfidfVectorizer`, `LinearSVC`) learned "
        f"from the same messages. Measured by `{COMMAND}`; by class in the "
        "[model card](models/default/README.md).",
        "README.zh-CN.md": "均在未参与训练的真实留言上测得"
        "（近似重复的留言不会同时出现在训练与测试中），"
        "括号内为 95 % 自助法区间；常见脚本（jieba、`TfidfVectorizer`、`LinearSVC`）"
        f"所学的留言相同。由 `{COMMAND}` 测得；"
        "各类别的结果见[模型卡](models/default/README.md)。",
    }
    for name, note in notes.items():
        path = ROOT / name
        before, _, rest = path.read_text("utf-8").partition(_BEGIN)
        _, _, after = rest.partition(_END)
        table = _figures(measured, _CHINESE if "zh" in name else None)
        block = f"{_BEGIN}\n{table}\n{note}\n{_END}"
        path.write_text(before + block + after, "utf-8", newline="\n")


_CARD = """\
# Model card: the bundled model

Reads one Chinese complaint and gives its category (15), the responsible department, the appeal
type (6) and whether somebody is in danger, each with a calibrated probability.

- **Kind**: linear heads (the mean of a support vector machine and one on terms scaled by log-count
  ratios) on {terms} terms (words, words of the lead, pairs of characters, characters of title and
  end) with a vocabulary of {words} words; eight bits a weight. A layer that lets every
  target see the logits of all, fitted on out-of-fold logits, then a blend of two softmaxes for
  calibration.
- **Knowledge**: `datasets/lexicon.csv` says of {lexicon} words which categories, departments and
  topics they speak for. The support vector machine learns what these concepts weigh, and hands that
  down to the words, so that a rare one speaks like its like.
- **Made by**: `python models/train_default.py`; the same data give the same bytes.
- **Vocabulary**: no digits, no term of fewer than five messages but words of the lexicon, and the
  personal names that a tagger finds are taken out before training.

## Intended use

Suggesting category and department to a dispatcher, sorting archives, sending urgent messages
first. It does not decide about people: a hazard that it misses is still a hazard, and what it marks
for review is for a person to read. Not for anything but complaints, questions, suggestions and
thanks to a local government in mainland China.

## Data: {messages} messages

{data}
The real ones come from one province's online petition boards of 2010 to 2020, place names replaced
by codes. Labels are single readings under one guide; where a second reading of a hard message
differed, that target of that message was not learned from. The replied messages alone set the
calibration and the promise about review: they are what a hotline gets, and their labels are surest.

## Metrics

Every real message is judged by heads, layer and blend that saw neither it nor a message that is
nearly the same. The vocabulary and the document frequencies, which use no label, come from all.
Measured by `{command}` on the replied messages; in brackets 95 % bootstrap intervals.

{figures}
The second column is of the messages on whose labels two readers agree who did not know of each
other; there, a department is defensible if either of them named it. The usual script is jieba,
`TfidfVectorizer` and `LinearSVC`, trained on the same messages; it has no confidence to measure.

Out of fold over all that the model was trained on, the written messages, which are harder, too:

{provenance}
## Review

A message is sent to review if the confidence in its department is below {threshold}, which keeps
the promise of at most {risk} indefensible departments among the rest (with probability 0.9 over the
drawing of the messages; Geifman and El-Yaniv 2017), or if too few of its terms are known.

## Limits

- One province, one decade, text typed into web forms: expect less on transcribed calls and on
  matters that came up later. Retrain on your own labels.
- Departments follow one table; cities merge and name them otherwise (see `docs/routing.md`).
- Rare classes are learned mostly from written messages; see their support below.
- Hazards are rare: most of what a threshold lets through is none.

## By class, on the replied messages

{classes}"""
