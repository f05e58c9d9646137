// Words of texts, and which of them two texts have in common. No DOM here.
"use strict";

(() => {
  const WORD = /[\p{L}\p{N}\p{M}]+|[^\s\p{L}\p{N}\p{M}]|\s+/gu, LETTER = /[\p{L}\p{N}]/u;
  const LONGEST_CELLS = 4e6;  // two texts of 2,000 words; beyond that nothing is compared word by word

  const words = (text) => text.match(WORD) ?? [];
  const count = (text) => words(text).filter((w) => LETTER.test(w)).length;

  // Longest common subsequence of two lists of words, letter case apart: for each word whether the other list has it too.
  // Null when the lists are too long to compare.
  function align(a, b) {
    const A = a.map((w) => w.toLowerCase()), B = b.map((w) => w.toLowerCase());
    const inA = new Array(A.length).fill(false), inB = new Array(B.length).fill(false);
    let start = 0, endA = A.length, endB = B.length;
    for (; start < endA && start < endB && A[start] === B[start]; start++) inA[start] = inB[start] = true;
    while (endA > start && endB > start && A[endA - 1] === B[endB - 1]) inA[--endA] = inB[--endB] = true;
    const n = endA - start, m = endB - start;
    if (n * m > LONGEST_CELLS) return null;
    const length = Array.from({length: n + 1}, () => new Uint32Array(m + 1));
    for (let i = n - 1; i >= 0; i--)
      for (let j = m - 1; j >= 0; j--)
        length[i][j] = A[start + i] === B[start + j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
    for (let i = 0, j = 0; i < n && j < m;)
      if (A[start + i] === B[start + j]) inA[start + i++] = inB[start + j++] = true;
      else if (length[i + 1][j] >= length[i][j + 1]) i++;
      else j++;
    return {inA, inB};
  }

  // ``text`` cut up: [words, whether only it has them]; an empty stretch stands where words of ``base`` are missing and no others
  // took their place. Null as above.
  function differences(base, text) {
    const a = words(base), b = words(text), found = align(a, b);
    if (!found) return null;
    const out = [];
    let i = 0;
    const skip = () => {
      let lost = false;
      for (; i < a.length && !found.inA[i]; i++) lost = lost || LETTER.test(a[i]);
      const before = out.findLast(([word]) => /\S/.test(word));
      if (lost && !before?.[1]) out.push(["", true]);
    };
    b.forEach((word, j) => {
      if (found.inB[j]) skip(), i++;
      out.push([word, !found.inB[j] && /\S/.test(word)]);
    });
    skip();
    return out;
  }

  Object.assign(window.samestory, {words, count, align, differences});
})();
