"""Golden cases of texts: tokens, terms, counts."""

from .golden import one, add, sparse

HI = "  Hi I  heard, "
TEXTS = [HI, "", " ", "   ", "a", "A B", "tab\tand\nline\r\nend", "no\u00a0break\u2003em", "ΟΔΟΣ ΣΑΣ", "İstanbul IŞIK",
         "STRASSE ß ẞ", "日本 語", "Ǆ ǅ", "x\u000by\u000cz\u0085w\u2028v", "😀 😃", "end ", "\u001c\u001d sep"]
one("tokenizer", "SEMANTICS 1.2", "text", [HI])
one("tokenizer", "blanks, cases and scripts", "text", TEXTS)
one("tokenizer", "a missing text", "text", ["a b", None])
one("tokenizer", "no rows", "text", [])
for gaps in (True, False):
    one("regex-tokenizer", f"defaults, gaps {gaps}", "text", TEXTS, gaps=gaps, pattern="\\s+" if gaps else "\\w+")
one("regex-tokenizer", "shortest token", "text", ["a bb ccc dddd", "😀 é xx 日本"], minTokenLength=2)
one("regex-tokenizer", "empty tokens are kept at 0", "text", [HI, "", ",a,,b,"], minTokenLength=0, pattern="[ ,]")
one("regex-tokenizer", "cases kept", "text", ["A bC", "ÉÉ"], toLowercase=False)
one("regex-tokenizer", "pattern with groups", "text", ["2024-01-02 and 2025-3-4"], gaps=False, pattern="(\\d+)-(\\d+)")
one("regex-tokenizer", "a pattern of upper case meets lower-cased text", "text", ["aXbXc"], pattern="X")
one("regex-tokenizer", "letters of any script", "text", ["Müller's 3 cafés, Łódź; 日本語"], gaps=False, pattern="\\p{L}+")
one("regex-tokenizer", "a missing text", "text", [None])
TOKENS = [["a", "b", "c", "d"], ["a"], [], ["a", "b"], ["", "x", ""], ["a b", "c"], ["é", "日本", "😀"]]
for n in (1, 2, 3):
    one("ngram", f"n of {n}", "texts", TOKENS, n=n)
one("ngram", "a missing list", "texts", [["a", "b"], None])
one("ngram", "a missing token", "texts", [["a", None, "b"]])
one("ngram", "n of 0", "texts", [["a"]], n=0)
WORDS = [["I", "saw", "the", "Red", "balloon"], ["THE", "The", "the"], [], ["", " the", "don't", "dont"], ["Mary", None, "had"]]
one("stop-words-remover", "defaults", "texts", WORDS)
one("stop-words-remover", "cases matter", "texts", WORDS, caseSensitive=True)
one("stop-words-remover", "own words", "texts", [["Red", "BLUE", "İ", "É", "é"]], stopWords=["red", "Blue", "é"])
one("stop-words-remover", "no words", "texts", [["a", "the"]], stopWords=[])
one("stop-words-remover", "Turkish cases", "texts", [["KIRMIZI", "kırmızı", "kirmizi"]], stopWords=["KIRMIZI"], locale="tr")
add("stop-words-remover", "several columns", "a:texts b:texts", [(["the", "cat"], ["a", "dog"])], inputs=["a", "b"], outputs=["c", "d"])
one("stop-words-remover", "a missing list", "texts", [None])
GOLDEN_TERMS = ["a", "b", "spark", "", "é", "日本"]
for term in GOLDEN_TERMS:
    one("hashing-tf", f"SEMANTICS 1.2, term '{term}'", "texts", [[term]])
LENGTHS = [["x" * n for n in range(1, 13)], ["日本語の長い文字列", "naïve café", "😀😃"]]
one("hashing-tf", "lengths 1 to 12 and long scripts", "texts", LENGTHS)
one("hashing-tf", "counts, no tokens", "texts", [["a", "b", "a", "a"], [], ["c"]], numFeatures=16)
one("hashing-tf", "binary", "texts", [["a", "b", "a", "a"], []], numFeatures=16, binary=True)
one("hashing-tf", "one place", "texts", [["a", "b", "c"]], numFeatures=1)
one("hashing-tf", "places not a power of 2", "texts", [["a", "b", "c", "spark", "日本"]], numFeatures=1000)
one("hashing-tf", "whole numbers", "longs", [[1, 2, 1, -1]], numFeatures=1024)
one("hashing-tf", "doubles", "doubles", [[1.0, 2.5, 0.0, -0.0]], numFeatures=1024)
one("hashing-tf", "a missing list", "texts", [None], numFeatures=16)
one("hashing-tf", "a missing token", "texts", [["a", None, "a"]], numFeatures=16)
one("hashing-tf", "no places", "texts", [["a"]], numFeatures=0)
DOCS = [["a", "b", "c"], ["a", "b", "b", "c", "a"], ["a", "d"], []]
one("count-vectorizer", "defaults", "texts", [["a", "a", "a", "b", "b"], ["a", "c"]])
one("count-vectorizer", "ties of the vocabulary", "texts", DOCS)
one("count-vectorizer", "unseen terms", "texts", [["a", "a", "b"]], [["z"], [], ["b", "z", "a", "b"]])
one("count-vectorizer", "binary", "texts", [["a", "a", "a", "b", "b"]], binary=True)
one("count-vectorizer", "vocabSize keeps the commonest", "texts", [["a", "a", "a", "b", "b", "c"]], vocabSize=2)
one("count-vectorizer", "minDF count", "texts", [["a", "a", "b"], ["b", "a", "a"], ["c"] * 5], minDF=2.0)
one("count-vectorizer", "minDF fraction", "texts", [["a", "a", "b"], ["b", "a", "a"], ["c"] * 5], minDF=0.5)
one("count-vectorizer", "maxDF count", "texts", [["a", "a", "b"], ["b", "b", "c"], ["c", "b"]], maxDF=2.0)
one("count-vectorizer", "maxDF fraction", "texts", [["a", "a", "b"], ["b", "b", "c"], ["c", "b"]], maxDF=0.7)
one("count-vectorizer", "minTF count", "texts", [["a", "a", "a", "b", "b", "c"]], minTF=2.0)
one("count-vectorizer", "minTF fraction", "texts", [["a", "a", "a", "b", "b", "c"], ["c"]], minTF=0.4)
one("count-vectorizer", "nothing in the vocabulary", "texts", [[], []])
one("count-vectorizer", "nothing left by minDF", "texts", [["a"], ["b"]], minDF=2.0)
one("count-vectorizer", "minDF above maxDF", "texts", [["a"], ["b"]], minDF=3.0, maxDF=2.0)
one("count-vectorizer", "no rows", "texts", [])
COUNTS = [sparse(4, i0=1, i1=2), [0.0, 1.0, 2.0, 0.0], sparse(4, i1=3.5), sparse(4)]
one("idf", "dense and sparse", "vector", COUNTS)
one("idf", "in all documents", "vector", [[1.0, 0.0], [2.0, 1.0]])
one("idf", "minDocFreq", "vector", COUNTS, minDocFreq=2)
one("idf", "one document", "vector", [[1.0, 0.0]])
one("idf", "negative and small counts", "vector", [[-1.0, 0.5, 0.0], [0.0, 0.25, 1.0]])
one("idf", "no documents", "vector", [])
one("idf", "other width when applied", "vector", [[1.0, 0.0]], [[1.0, 1.0, 1.0]])

