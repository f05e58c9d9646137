"""A sentence model from a folder: a tiny one made here, and what is said of folders that hold none."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from clustering.errors import SettingsError
from jobs.semantics import Model
from tests.build import articles
from tests.command import samestory

WORDS = ["[PAD]", "[UNK]", "flood", "river", "vote", "ballot"]
MEANING = np.array([[0, 0], [0.1, 0.1], [1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], np.float32)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Looks token vectors up in a table: the smallest model of that shape."""
    path = tmp_path_factory.mktemp("model")
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "tokens"])
    out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["texts", "tokens", 2])
    look_up = helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])
    graph = helper.make_graph([look_up], "tiny", [ids, mask], [out], [numpy_helper.from_array(MEANING, "table")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path / "model.onnx"))
    (path / "tokenizer.json").write_text(json.dumps({
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {w: i for i, w in enumerate(WORDS)}, "unk_token": "[UNK]"}}))
    return path


def test_texts_become_unit_vectors_of_the_mean_of_their_tokens(folder) -> None:
    got = Model(folder).embed(articles("Flood river", {"title": "Vote", "text": "ballot ballot"}, ""))
    want = np.array([MEANING[[2, 3]].mean(axis=0), MEANING[[4, 5, 5]].mean(axis=0)])
    assert got.dtype == np.float32
    assert np.allclose(got[:2], want / np.linalg.norm(want, axis=1, keepdims=True), atol=1e-6)
    assert not got[2].any()
    assert Model(folder).embed(articles()).shape[0] == 0


def test_what_is_no_model_is_refused_before_work(tmp_path) -> None:
    with pytest.raises(SettingsError, match=r"tokenizer\.json is not there"):
        Model(tmp_path)
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("nonsense")
    with pytest.raises(SettingsError, match="not a usable sentence model"):
        Model(tmp_path)


def test_a_run_with_a_model(folder, tmp_path) -> None:
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps({"id": i, "text": text, "outlet": i, "lang": "en"}) for i, text in (
        ("a", "The river flood took the old bridge of Konna."), ("b", "A flood of the river broke a bridge at Konna."),
        ("c", "The vote ends with one ballot."))) + "\n")
    (tmp_path / "s.toml").write_text(f'[events]\nsemantic_model = "{folder}"\nsemantic_weight = 0.5\n')
    samestory("run", "in.jsonl", "--store", "with", "--config", "s.toml", cwd=tmp_path)
    samestory("run", "in.jsonl", "--store", "without", cwd=tmp_path)
    import pyarrow.parquet as pq

    with_, without = (pq.read_table(tmp_path / store / "latest/neighbours.parquet").to_pylist() for store in ("with", "without"))
    weights = [{(r["left_article_id"], r["right_article_id"]): r["weight"] for r in rows} for rows in (with_, without)]
    assert weights[0]["a", "b"] > weights[1]["a", "b"]
