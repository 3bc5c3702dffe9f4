from __future__ import annotations

import csv
import io
import json
import sys
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from complaintnlp.archive import Plan, Progress, preview, relabel
from complaintnlp.errors import InputError, TableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.archive.conftest import MakeRows, Read, Write

    from complaintnlp import Classifier
    from complaintnlp.model import PredictionBatch

HEADER = ["留言编号", "留言主题", "留言时间", "留言详情"]
APPENDED = [
    *("category", "category_confidence"),
    *("department", "department_confidence", "department_2", "department_3"),
    *("appeal_type", "appeal_type_confidence"),
    *("hazard", "hazard_confidence"),
    "needs_review",
]


def test_every_column_and_row_is_kept_and_the_labels_are_the_models(
    write: Write, tmp_path: Path, classifier: Classifier, read: Read, make_rows: MakeRows
) -> None:
    rows = make_rows(30)
    summary = relabel([write(rows)], tmp_path / "out.csv", model=classifier)
    labelled = read(tmp_path / "out.csv")
    assert list(labelled[0]) == HEADER + APPENDED
    assert [[row[name] for name in HEADER] for row in labelled] == rows
    for row in labelled:
        expected = classifier.predict(row["留言详情"], row["留言主题"])
        assert row["category"] == expected.category.label
        assert row["category_confidence"] == f"{expected.category.confidence:.4f}"
        ranked = [label for label, _ in expected.department.ranking[:3]]
        assert [row["department"], row["department_2"], row["department_3"]] == ranked
        assert row["hazard"] == str(expected.hazard.label).lower()
        assert row["needs_review"] == str(expected.needs_review).lower()
    assert (summary.tally.rows, summary.tally.rejected, summary.complete) == (30, 0, True)
    assert summary.tally.review == sum(row["needs_review"] == "true" for row in labelled)
    assert summary.tally.months["2019-01"] == 3
    assert sum(summary.tally.confidence["department"]) == 30
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_labels_have_types_where_the_format_has_them(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    relabel([write(3)], tmp_path / "out.jsonl", model=classifier)
    [first, *_] = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert isinstance(first["needs_review"], bool)
    assert isinstance(first["hazard"], bool)
    assert first["category_confidence"] == round(first["category_confidence"], 4)


def test_rows_that_cannot_be_labelled_are_kept_and_listed(
    tmp_path: Path, classifier: Classifier, read: Read, make_rows: MakeRows
) -> None:
    lines = [",".join(row).encode("gb18030") for row in [HEADER, *make_rows(6)]]
    lines[2] = lines[2].rpartition(b",")[0] + b", \t"
    lines[4] = lines[4] + b"\xff"
    path = tmp_path / "in.csv"
    path.write_bytes(b"\n".join(lines) + b"\n")
    summary = relabel([path], tmp_path / "out.csv", model=classifier)
    labelled = read(tmp_path / "out.csv")
    assert [row["留言编号"] for row in labelled] == list("012345")
    for position, row in enumerate(labelled):
        rejected = position in (1, 3)
        assert (row["category"] == "") is rejected
        assert row["needs_review"] == "true" or not rejected
    assert labelled[3]["留言详情"].endswith("号楼\\xff")
    assert read(tmp_path / "out.csv.rejected.csv") == [
        {"source": str(path), "row": "3", "column": "留言详情", "reason": "no text"},
        {"source": str(path), "row": "5", "column": "留言详情", "reason": "not valid GB18030"},
    ]
    assert (summary.tally.rejected, summary.complete) == (2, False)
    assert "listed in" in "\n".join(summary.lines())


@pytest.mark.parametrize(
    ("lines", "above"),
    [
        (["编号,留言", "1,小区停水三天", "2,内容", "3,小区停电"], 0),
        (["内容,热线一月报表,,", "编号,留言主题,留言详情,时间", "1,停水,停水三天,2020-01-01"], 1),
    ],
)
def test_no_row_is_taken_for_the_header_and_none_above_it(
    tmp_path: Path, classifier: Classifier, read: Read, lines: list[str], above: int
) -> None:
    (tmp_path / "in.csv").write_text("\n".join(lines), "utf-8")
    relabel([tmp_path / "in.csv"], tmp_path / "out.csv", model=classifier)
    labelled = read(tmp_path / "out.csv")
    header, *rows = (line.split(",") for line in lines[above:])
    assert [[row[name] for name in header] for row in labelled] == rows
    assert all(row["category"] for row in labelled)


def test_the_header_that_has_no_usual_name_is_named(
    tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    path, output = tmp_path / "in.csv", tmp_path / "out.csv"
    path.write_text("编号,诉求\n1,停水\n2,内容\n", "utf-8")
    with pytest.raises(TableError, match="the columns are 编号, 诉求; name one with --text-column"):
        relabel([path], output, model=classifier)
    relabel([path], output, model=classifier, text_column="诉求")
    assert [row["诉求"] for row in read(output)] == ["停水", "内容"]


def test_a_title_alone_is_no_text(
    write: Write, tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    relabel([write([["1", "停水", "", ""]])], tmp_path / "out.csv", model=classifier)
    assert read(tmp_path / "out.csv")[0]["needs_review"] == "true"


def test_columns_of_the_same_name_are_kept(
    write: Write, tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    header = ["category", "留言详情", "needs_review", "category_input"]
    path = write([["旧类", "停水三天", "旧", "更旧"]], header=header)
    relabel([path], tmp_path / "out.csv", model=classifier)
    [row] = read(tmp_path / "out.csv")
    names = ["category_input_2", "留言详情", "needs_review_input", "category_input"]
    assert list(row) == names + APPENDED
    assert [row[name] for name in names] == ["旧类", "停水三天", "旧", "更旧"]


def test_several_inputs_give_the_union_of_columns(
    write: Write, tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    first = write([["1", "停水", "2019/1/1", "停水三天"]])
    second = tmp_path / "hotline.jsonl"
    second.write_text('{"诉求标题": "路灯", "诉求内容": "路灯坏了", "区": "星沙"}\n', "utf-8")
    relabel([first, second], tmp_path / "out.csv", model=classifier)
    one, two = read(tmp_path / "out.csv")
    assert list(one) == [*HEADER, "诉求标题", "诉求内容", "区", "source", *APPENDED]
    assert (one["source"], two["source"]) == (str(first), str(second))
    assert (one["诉求内容"], two["留言详情"], two["区"]) == ("", "", "星沙")
    assert two["category"] == classifier.predict("路灯坏了", "路灯").category.label


def test_sheets_without_text_are_left_out(
    tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    xlsxwriter = pytest.importorskip("xlsxwriter")
    with xlsxwriter.Workbook(str(tmp_path / "in.xlsx")) as workbook:
        sheets: dict[str, list[list[Any]]] = {
            "说明": [["导出说明"], ["仅供内部使用"]],
            "一月": [["2019年一月"], ["编号", "内容"], [1, "停水三天"]],
            "二月": [["编号", "内容"], [2, "路灯坏了"]],
        }
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    seen: list[str] = []
    relabel(
        [tmp_path / "in.xlsx"],
        tmp_path / "out.csv",
        model=classifier,
        on_plan=lambda plan, notes: seen.extend([*(t.describe() for t in plan.tables), *notes]),
    )
    rows_out = read(tmp_path / "out.csv")
    assert [row["编号"] for row in rows_out] == ["1", "2"]
    assert rows_out[0]["source"].endswith("in.xlsx [一月]")
    assert any("[说明]: no text column, left out" in line for line in seen)
    relabel([tmp_path / "in.xlsx"], tmp_path / "one.csv", model=classifier, sheet="二月")
    assert [row["编号"] for row in read(tmp_path / "one.csv")] == ["2"]
    with pytest.raises(TableError, match="no text column found; the columns are 导出说明"):
        relabel([tmp_path / "in.xlsx"], tmp_path / "two.csv", model=classifier, sheet="说明")


def test_every_format_gives_the_same_labels(
    write: Write, tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("pyarrow")
    path = write(12)
    relabel([path], tmp_path / "out.csv", model=classifier)
    expected = read(tmp_path / "out.csv")
    for suffix in ("tsv", "jsonl", "csv.gz", "jsonl.gz", "xlsx", "parquet"):
        other = tmp_path / f"out.{suffix}"
        relabel([path], other, model=classifier)
        relabel([other], tmp_path / "again.csv", model=classifier, force=True)
        for row, again in zip(expected, read(tmp_path / "again.csv"), strict=True):
            assert [again[name] for name in HEADER] == [row[name] for name in HEADER]
            assert [again[name] for name in APPENDED] == [row[name] for name in APPENDED]
            assert again["category_input"] == row["category"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl.gz", "parquet"])
def test_any_number_of_workers_gives_the_same_bytes(
    write: Write, tmp_path: Path, classifier: Classifier, suffix: str
) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = write(2300)
    for workers in (1, 2, 3):
        output = tmp_path / f"{workers}.{suffix}"
        summary = relabel([path], output, model=classifier, workers=workers)
        assert summary.tally.rows == 2300
    one, two, three = (tmp_path.joinpath(f"{n}.{suffix}").read_bytes() for n in (1, 2, 3))
    assert one == two == three


def test_nothing_is_overwritten_without_force(
    write: Write, tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    path, output = write(3), tmp_path / "out.csv"
    output.write_text("precious")
    with pytest.raises(InputError, match="exists already; add --force"):
        relabel([path], output, model=classifier)
    assert output.read_text() == "precious"
    relabel([path], output, model=classifier, force=True)
    assert len(read(output)) == 3


def test_an_old_list_of_rejected_rows_does_not_survive(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    path, output = write(3), tmp_path / "out.csv"
    (tmp_path / "out.csv.rejected.csv").write_text("old")
    with pytest.raises(InputError, match=r"rejected.csv exists already"):
        relabel([path], output, model=classifier)
    relabel([path], output, model=classifier, force=True)
    assert not (tmp_path / "out.csv.rejected.csv").exists()


@pytest.mark.parametrize("suffix", ["", ".rejected.csv", ".journal", ".partial"])
def test_an_input_is_never_the_output(
    write: Write, tmp_path: Path, classifier: Classifier, suffix: str
) -> None:
    path = write(3, name=f"out.csv{suffix}")
    before = path.read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(path)
    with pytest.raises(InputError, match="would be overwritten"):
        relabel([link], tmp_path / "out.csv", model=classifier, force=True)
    assert path.read_bytes() == before


def test_one_path_is_one_input(write: Write, tmp_path: Path, classifier: Classifier) -> None:
    path = write(3)
    one = relabel(path, tmp_path / "one.csv", model=classifier)
    assert one.tally.rows == relabel(str(path), tmp_path / "two.csv", model=classifier).tally.rows
    assert preview(path, model=classifier).rows


def test_wrong_arguments_are_refused(write: Write, tmp_path: Path, classifier: Classifier) -> None:
    path, output = write(3), tmp_path / "out.csv"

    def refused(match: str, inputs: list[Any], target: object = output, **options: Any) -> None:
        with pytest.raises((InputError, TableError), match=match):
            relabel(inputs, target, model=classifier, **options)  # type: ignore[arg-type]

    refused("no input", [])
    refused("No such file", [tmp_path / "nowhere.csv"])
    refused("folder .* does not exist", [path], tmp_path / "no" / "out.csv")
    (tmp_path / "folder.csv").mkdir()
    refused("is a folder", [path], tmp_path / "folder.csv")
    refused("must end in one of", [path], tmp_path / "out.doc")
    refused("did you mean 留言详情", [path], text_column="留言祥情")
    refused("workers is 0", [path], workers=0)
    refused("encoding 'klingon'", [path], encoding="klingon")
    refused("only once", ["-", "-"], stream_format="csv")
    refused("--resume needs files", ["-"], stream_format="csv", resume=True)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["folder.csv", "in.csv"]


def test_encoding_overrides_detection(tmp_path: Path, classifier: Classifier, read: Read) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes("編號,內容\n1,路燈壞了\n".encode("big5"))
    relabel([path], tmp_path / "out.csv", model=classifier, encoding="big5")
    assert read(tmp_path / "out.csv")[0]["內容"] == "路燈壞了"


@pytest.mark.parametrize("format_name", ["csv", "tsv", "jsonl", "jsonl.gz", "xlsx", "parquet"])
def test_streams(
    write: Write,
    tmp_path: Path,
    classifier: Classifier,
    monkeypatch: pytest.MonkeyPatch,
    format_name: str,
) -> None:
    for extra in ("xlsxwriter", "pyarrow"):
        pytest.importorskip(extra)
    path, expected = tmp_path / f"stream.{format_name}", tmp_path / f"out.{format_name}"
    relabel([write(3)], path, model=classifier)
    relabel([path], expected, model=classifier)
    out = io.BytesIO()
    with io.TextIOWrapper(io.BytesIO(path.read_bytes())) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out))
        relabel(["-"], "-", model=classifier, stream_format=format_name)
        assert not stdin.buffer.closed
    assert out.getvalue() == expected.read_bytes()


def test_preview_shows_columns_and_five_labelled_rows(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    shown = preview([write(30)], model=classifier)
    assert isinstance(shown.plan, Plan)
    assert (
        shown.plan.tables[0]
        .describe()
        .endswith("title = 留言主题, text = 留言详情, time = 留言时间")
    )
    assert [row[0] for row in shown.rows] == list("01234")
    assert len(shown.rows[0]) == len(shown.plan.columns)
    assert [item.name for item in tmp_path.iterdir()] == ["in.csv"]


def test_progress_counts_rows_to_the_end(
    write: Write, tmp_path: Path, classifier: Classifier
) -> None:
    seen: list[Progress] = []
    relabel([write(1200)], tmp_path / "out.csv", model=classifier, workers=1, progress=seen.append)
    assert [state.rows for state in seen] == [500, 1000, 1200]
    assert seen[-1].share == 1.0


def test_formulas_are_neutralized_unless_asked_for(
    write: Write, tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    path = write([["=1+1", "@x", "2019/1/1", "停水"]])
    relabel([path], tmp_path / "out.csv", model=classifier)
    assert read(tmp_path / "out.csv")[0]["留言编号"] == "'=1+1"
    relabel([path], tmp_path / "raw.csv", model=classifier, raw_cells=True)
    assert read(tmp_path / "raw.csv")[0]["留言编号"] == "=1+1"


def test_a_model_with_other_targets(
    write: Write, tmp_path: Path, classifier: Classifier, read: Read
) -> None:
    from dataclasses import replace

    class Renamed:
        classes_: ClassVar = {"level": classifier.classes_["category"]}
        digest = "renamed"
        review = classifier.review

        def predict_batch(self, texts: list[str], titles: list[str | None]) -> PredictionBatch:
            batch = classifier.predict_batch(texts, titles)
            probabilities = {"level": batch.probabilities["category"]}
            return replace(batch, classes=self.classes_, probabilities=probabilities)

    relabel([write(3)], tmp_path / "out.csv", model=Renamed(), workers=1)  # type: ignore[arg-type]
    [row, *_] = read(tmp_path / "out.csv")
    assert list(row) == [*HEADER, "level", "level_confidence", "needs_review"]


def test_contest_export(tmp_path: Path, classifier: Classifier, read: Read) -> None:
    text = "\n\t\t\t\t\t\n\t\t\t\t\t路灯坏了三天\n\t\t\t\t"
    times = ["2020/1/6 12:09:38", "2020-01-07", "2020年1月8日"]
    header = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情"]
    rows = [[str(i), "A001", "路灯", time, text] for i, time in enumerate(times)]
    path = tmp_path / "in.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([header, *rows, *([[""] * 5] * 30)])
    summary = relabel([path], tmp_path / "out.csv", model=classifier)
    labelled = read(tmp_path / "out.csv")
    assert [[row[name] for name in header] for row in labelled] == rows
    assert summary.complete
    assert summary.tally.months == {"2020-01": 3}
    assert summary.notes == (f"{path}: 30 blank rows at the end left out",)


def test_a_table_without_rows(write: Write, tmp_path: Path, classifier: Classifier) -> None:
    pytest.importorskip("xlsxwriter")
    pytest.importorskip("pyarrow")
    for suffix in ("csv", "csv.gz", "jsonl", "xlsx", "parquet"):
        summary = relabel([write(0)], tmp_path / f"out.{suffix}", model=classifier)
        assert (summary.tally.rows, summary.complete) == (0, True)
        assert (tmp_path / f"out.{suffix}").exists()
        assert summary.lines()


class Fragile:
    """A classifier that fails on one message."""

    digest = ""

    def __init__(self, classifier: Classifier) -> None:
        self.classes_ = classifier.classes_
        self.review = classifier.review
        self._classifier = classifier

    def predict_batch(self, texts: list[str], titles: list[str | None]) -> Any:
        if any("第7号楼" in text for text in texts):
            raise ValueError("cannot read this")
        return self._classifier.predict_batch(texts, titles)


@pytest.mark.parametrize("taken", [range(12), range(3, 12), [3, 7], [7, 3], [3, 7, 3], [7]])
def test_a_message_that_the_model_fails_on_costs_only_itself(
    write: Write,
    tmp_path: Path,
    classifier: Classifier,
    make_rows: MakeRows,
    read: Read,
    taken: Sequence[int],
) -> None:
    rows = make_rows(12)
    rows[3][3] = ""
    path, output = write([rows[number] for number in taken]), tmp_path / "out.csv"
    summary = relabel([path], output, model=Fragile(classifier))  # type: ignore[arg-type]
    assert summary.tally.rows == len(taken)
    reasons = {3: "no text", 7: "the model failed: ValueError: cannot read this"}
    listed = read(tmp_path / "out.csv.rejected.csv")
    assert [(row["row"], row["reason"]) for row in listed] == [
        (str(line), reasons[number])
        for line, number in enumerate(taken, start=2)
        if number in reasons
    ]
    labelled = read(output)
    assert [not row["category"] for row in labelled] == [number in reasons for number in taken]
    assert all(row["needs_review"] == "true" for row in labelled if not row["category"])
    confidences = sum(summary.tally.confidence.get("category", []))
    assert confidences == len(taken) - summary.tally.rejected


def test_a_number_that_is_no_time_costs_nothing(tmp_path: Path, classifier: Classifier) -> None:
    path = tmp_path / "in.jsonl"
    times = ["NaN", "Infinity", "-Infinity", "1e999", "43836"]
    lines = [f'{{"留言详情": "路灯坏了", "留言时间": {time}}}\n' for time in times]
    path.write_text("".join(lines), "utf-8")
    for suffix in ("csv", "jsonl"):
        summary = relabel([path], tmp_path / f"out.{suffix}", model=classifier)
        assert (summary.tally.rows, summary.complete) == (5, True)
        assert summary.tally.months == {"2020-01": 1}


@pytest.mark.parametrize("loaded", [True, False])
def test_from_a_thread_where_forking_is_not_safe(
    write: Write, tmp_path: Path, classifier: Classifier, small_model: Path, loaded: bool
) -> None:
    path = write(1500)
    relabel([path], tmp_path / "one.csv", model=classifier, workers=1)
    output = tmp_path / "two.csv"
    options = {"model": classifier if loaded else small_model, "workers": 2}
    thread = threading.Thread(target=relabel, args=([path], output), kwargs=options)
    thread.start()
    thread.join()
    assert output.read_bytes() == (tmp_path / "one.csv").read_bytes()
