"""Made-up documents: words of a few topics, with frequencies as in natural text."""

from dataclasses import replace

import numpy as np

from groundup.core.containers.csr import Csr
from groundup.core.types import Array
from groundup.data.dataset import Dataset
from groundup.data.text.weighting import Weighting

COMMON = (
    "the of and to in is it that for was on with as at be this are have from by not we you they but there what all "
    "when can one out so more very some no up about who will our time day year week first last good well only new any "
    "after before again never always"
)
TOPICS = {
    "cooking": "oven flour butter salt onion sauce pan recipe bread cheese pepper garlic soup boil stir bake sugar egg "
    "dough taste plate fresh warm water oil season cream slice spoon lemon",
    "football": "goal match team ball player coach score pitch referee penalty keeper league win lose draw half kick "
    "pass fans stadium season final cup field corner shot striker whistle training transfer",
    "gardening": "soil seed plant water bed leaf root tree rose lawn weed prune bulb spring shade compost spade apple "
    "hedge fruit pot grow bloom fresh season rain frost onion field worm",
    "weather": "rain wind cloud storm sun frost snow cold warm degree sky forecast fog thunder dry wet humid pressure "
    "front spring morning night shower hail breeze coast heat season flood ice",
}
SHARE = {"cooking": 0.35, "football": 0.3, "gardening": 0.2, "weather": 0.15}
EMPHASIS = 6.0  # A topic's own words are this many times as frequent in it as elsewhere.
BURST = 50.0  # Concentration of a document's own frequencies around its topic's: the smaller, the more words repeat.
DOCUMENTS, SHORTEST, LONGEST = 1500, 8, 30


def messages(seed: int) -> Dataset:
    """Messages to four sections of a newspaper, made of words with frequencies as in natural text.

    The frequencies follow Zipf's law: the r-th most frequent word has a share proportional to 1 / r. Each message has
    frequencies of its own, near those of its topic, so that a word which occurs tends to occur again, as in natural
    text. Naive Bayes takes each of these occurrences for new evidence.
    """
    rng = np.random.default_rng(seed)
    words = np.array(sorted({*COMMON.split(), *(word for own in TOPICS.values() for word in own.split())}))
    frequency = topic_frequencies(words, rng)
    topics = np.array(list(TOPICS))
    topic = rng.choice(len(topics), DOCUMENTS, p=list(SHARE.values()))
    documents = [
        rng.choice(len(words), rng.integers(SHORTEST, LONGEST, endpoint=True), p=rng.dirichlet(BURST * frequency[k]))
        for k in topic
    ]
    return Dataset(
        "messages",
        f"{DOCUMENTS:,} simulated messages of {SHORTEST} to {LONGEST} words to four sections of a newspaper "
        f"({', '.join(topics)}), made of {len(words)} words; a row counts the words of a message.",
        counted(documents, len(words)),
        topics[topic],
        tuple(words.tolist()),
        "section",
        truth={"frequency": frequency, "share": np.array(list(SHARE.values()))},
        texts=tuple(" ".join(words[document]) for document in documents),
    )


def weighted_messages(seed: int) -> Dataset:
    """The messages, their counts weighted: what is in every message counts little, and each message has length one."""
    made = messages(seed)
    weighting = Weighting("l2", use_idf=True, smooth_idf=True, sublinear_tf=True).fitted(made.X)
    told = made.description.replace("counts the words", "weighs the words (tf-idf)")
    return replace(made, name="weighted messages", description=told, X=weighting.applied(made.X))


def topic_frequencies(words: Array, rng: np.random.Generator) -> Array:
    """Return the share of each word in each topic, (topics, words): common words first, the others in random order."""
    own, common = [set(text.split()) for text in TOPICS.values()], COMMON.split()
    others = rng.permutation([word for word in words if word not in common])
    rank = {word: r for r, word in enumerate([*common, *others], start=1)}
    zipf = 1.0 / np.array([rank[word] for word in words])
    frequency = np.array([np.where([word in topic for word in words], EMPHASIS * zipf, zipf) for topic in own])
    return np.asarray(frequency / frequency.sum(axis=1, keepdims=True))


def counted(documents: list[Array], d: int) -> Csr:
    """Return how often each of d words occurs in each document, as sparse rows."""
    found = [np.unique(document, return_counts=True) for document in documents]
    pointers = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in found])])
    columns, counts = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Csr(counts.astype(np.float64), columns, pointers, (len(documents), d))
