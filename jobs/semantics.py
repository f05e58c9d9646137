"""Optional evidence for events: sentence embeddings of a model that the user supplies as a folder. Nothing is downloaded.

The folder holds ``model.onnx`` (inputs ``input_ids``, ``attention_mask`` and, if it has it, ``token_type_ids``; first output
token vectors [texts, tokens, dimensions] or sentence vectors [texts, dimensions]) and ``tokenizer.json``, as sentence models are
published in ONNX form. Token vectors are averaged over the attention mask. Needs the extra ``semantic``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from clustering.errors import SettingsError

FILES = ("model.onnx", "tokenizer.json")
MAX_TOKENS = 256
"""What is read of an article, its title first: what most sentence models were trained on, and where news says what happened."""
MAX_CHARACTERS = 4_000
"""Of title and text together: more is not tokenised at all."""
BATCH = 32


class Model:
    """A sentence embedding model from a folder.

    Raises
    ------
    SettingsError
        when the folder lacks a file, a file cannot be used, or the extra is not installed.
    """

    def __init__(self, folder: Path) -> None:
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise SettingsError(f"{folder}: a sentence model needs {' and '.join(FILES)}; {' and '.join(missing)} is not there")
        try:
            import onnxruntime  # noqa: PLC0415 - an extra: only who asks for it needs it
            import tokenizers  # noqa: PLC0415
        except ImportError as error:
            raise SettingsError(f"semantic_model needs {error.name}: install the extra, as in pip install 'samestory[semantic]'"
                                ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # sums in one order: the same bytes on every machine size
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(folder / FILES[0]), options, providers=["CPUExecutionProvider"])
            self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / FILES[1]))
        except Exception as error:  # both raise bare exceptions of their own
            raise SettingsError(f"{folder}: not a usable sentence model: {str(error).splitlines()[0]}") from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._inputs = {given.name for given in self._session.get_inputs()}
        self.digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest()

    def embed(self, articles: pa.Table) -> np.ndarray:
        """A vector of norm 1 for every article of an ARTICLES table, float32[articles, dimensions]; 0 where nothing is said."""
        texts = [f"{title or ''}\n{text[:MAX_CHARACTERS]}".strip()
                 for title, text in zip(articles["title"].to_pylist(), articles["text"].to_pylist(), strict=True)]
        blocks = [self._block(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]
        return np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)

    def _block(self, texts: list[str]) -> np.ndarray:
        encoded = self._tokenizer.encode_batch(texts)
        mask = np.array([e.attention_mask for e in encoded], np.int64)
        given: dict[str, Any] = {"input_ids": np.array([e.ids for e in encoded], np.int64), "attention_mask": mask,
                                 "token_type_ids": np.zeros_like(mask)}
        out = np.asarray(self._session.run(None, {name: given[name] for name in self._inputs & given.keys()})[0], np.float32)
        if out.ndim == 3:
            weights = mask[:, :, None].astype(np.float32)
            out = (out * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        found: np.ndarray = np.where(norms > 0, out / np.where(norms > 0, norms, 1), 0).astype(np.float32)
        return found
