"""Text as tables: tokens, vocabularies, counts, hashes and weights, from scratch.

In reading order:
    tokens.py               from a document to its tokens
    stop_words.py           English function words
    counting.py             counts of tokens as sparse rows
    vocabulary.py           which terms get a column
    murmur.py               hashes of tokens
    weighting.py            inverse document frequencies and norms
    analysis.py             what all vectorisers share; then one file a public class
"""
