"""What regression and classification trees share: rows in, a grown tree out, and questions to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, ClassVar, Literal

import numpy as np

from groundup.core.checks.accepts import Accepts
from groundup.core.checks.inputs import as_weight, require_squares
from groundup.core.checks.parameters import Count, Number, Numbers, OneOf, RandomState, Share
from groundup.core.containers.csr import in_users_form
from groundup.core.estimator.parameters import fitted, parameter
from groundup.core.rows import Rows, Samples
from groundup.core.seeds import draw_entropy
from groundup.core.types import Array, ArrayLike, Seed
from groundup.projects.gradient_boosting.certificate import certify_tree
from groundup.projects.gradient_boosting.models.tree_sum import TreeSum
from groundup.projects.gradient_boosting.solvers.columns import SortedColumns, sort_columns
from groundup.projects.gradient_boosting.solvers.criteria import Criterion
from groundup.projects.gradient_boosting.solvers.forest import Forest, forest
from groundup.projects.gradient_boosting.solvers.growth import Growing, GrowthRules, GrowthState, states
from groundup.projects.gradient_boosting.solvers.pruning import cuts, kept_places
from groundup.projects.gradient_boosting.solvers.splits import SplitRules
from groundup.projects.gradient_boosting.solvers.tree import Tree, in_memory

NONE = OneOf((None,))
MaxFeatures = NONE | OneOf(("sqrt", "log2")) | Count | Share()


@dataclass(frozen=True)
class Learning:
    """Rows of positive weight to grow a tree from, its criterion, and what else is known of the targets."""

    X: Array
    criterion: Criterion
    known: Mapping[str, Any]  # fitted attributes that the targets give


def table_of(X: Any) -> Array:
    """Return a validated table as an array in memory, where it is sorted.

    Raises
    ------
    ValueError
        For a table of which every entry is missing.
    """
    table = in_memory(X)
    if np.isnan(table).all():
        raise ValueError("Input X contains NaN in every row and column: there is nothing to split by.")
    return table


def require_range(y: Array, weight: Array | None) -> None:
    """Raise ValueError for targets, weights or products of both whose squares overflow or underflow."""
    require_squares(y, "y")
    if weight is not None:
        require_squares(weight, "sample_weight")
        require_squares(weight * np.abs(y).max(), "sample_weight times y")


def rows_needed(value: float, n: int, least: int) -> int:
    """Return a number of rows that is given as such, or as a share of n rows."""
    return int(value) if isinstance(value, (int, np.integer)) else max(least, ceil(value * n))


def features_of(value: Any, d: int) -> int:
    """Return scikit-learn's ``max_features`` as a number of columns."""
    if value is None:
        return d
    if isinstance(value, str):
        return max(1, int(np.sqrt(d) if value == "sqrt" else np.log2(d)))
    return int(value) if isinstance(value, (int, np.integer)) else max(1, int(value * d))


def signs_of(monotonic_cst: Any, d: int) -> Array | None:
    """Return the signs of monotonic constraints, None if there are none.

    Raises
    ------
    ValueError
        For another number of them than columns, and for anything but -1, 0 and 1.
    """
    if monotonic_cst is None:
        return None
    signs = np.asarray(monotonic_cst)
    if signs.shape != (d,):
        raise ValueError(f"monotonic_cst has shape {signs.shape[0]} but the input data X has {d} features.")
    if not np.isin(signs, (-1, 0, 1)).all():
        raise ValueError(f"monotonic_cst must be None or an array-like of -1, 0 or 1, but got {np.unique(signs)}")
    return signs if signs.any() else None


class DecisionTree(TreeSum):
    """Base of trees that split greedily; a model says what its criteria make of the targets."""

    accepts = Accepts(missing=True, sparse=True)

    splitter: Literal["best", "random"] = parameter(OneOf(("best", "random")), default="best")
    max_depth: int | None = parameter(NONE | Count, default=None)
    min_samples_split: float = parameter(Number(2, whole=True) | Share(), default=2)
    min_samples_leaf: float = parameter(Count | Share(below=True), default=1)
    min_weight_fraction_leaf: float = parameter(Number(0, 0.5), default=0.0)
    max_features: int | float | Literal["sqrt", "log2"] | None = parameter(MaxFeatures, default=None)
    random_state: Seed = parameter(RandomState, default=None)
    max_leaf_nodes: int | None = parameter(NONE | Number(2, whole=True), default=None)
    min_impurity_decrease: float = parameter(Number(0), default=0.0)
    ccp_alpha: float = parameter(Number(0), default=0.0)
    monotonic_cst: Sequence[int] | Array | None = parameter(NONE | Numbers(), default=None)

    watched: ClassVar[str] = "impurity"

    n_outputs_: int = fitted()
    max_features_: int = fitted()
    tree_: Tree = fitted()

    # --- fitting ----------------------------------------------------------------------------------------------------

    def _targets(self, y: ArrayLike, n: int) -> Array:
        """Return the validated targets."""
        raise NotImplementedError

    def _learning(self, samples: Samples) -> Learning:
        """Return what to learn from, by the criterion."""
        raise NotImplementedError

    def _prepare(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike) -> Learning:
        matrix = self._input(X)
        targets = self._targets(y, len(matrix))
        rows = Samples(matrix, targets, as_weight(sample_weight, len(matrix))).present()
        require_range(rows.y if self.kind == "regressor" else np.ones(1), rows.weight)
        data = self._learning(Samples(table_of(rows.X), rows.y, rows.weight))
        signs_of(self.monotonic_cst, data.X.shape[1])
        return data

    def _rules(self, data: Learning, entropy: tuple[int, ...]) -> GrowthRules:
        (n, d), weight = data.X.shape, data.criterion.weight
        least = rows_needed(self.min_samples_leaf, n, 1)
        return GrowthRules(
            splits=SplitRules(
                min_samples_leaf=least,
                min_weight_leaf=self.min_weight_fraction_leaf * (n if weight is None else float(weight.sum())),
                max_features=features_of(self.max_features, d),
                random=self.splitter == "random",
                monotonic=signs_of(self.monotonic_cst, d),
                seed=entropy,
            ),
            max_depth=self.max_depth,
            min_samples_split=rows_needed(self.min_samples_split, n, 2),
            max_leaf_nodes=self.max_leaf_nodes,
            min_impurity_decrease=self.min_impurity_decrease,
        )

    def _iterate(self, data: Learning, start: GrowthState | None) -> Iterator[GrowthState]:
        entropy = start.entropy if start else draw_entropy(self.random_state)
        table: SortedColumns = sort_columns(data.X)
        yield from states(Growing(table, data.criterion, self._rules(data, entropy), table.order), start, entropy)

    def _finish(self, data: Learning, state: GrowthState) -> dict[str, Any]:
        place = np.arange(state.tree.node_count) if self.max_leaf_nodes else state.tree.preorder()
        tree, order = state.tree.renumbered(place), place.argsort()
        kept = kept_places(tree, self.ccp_alpha)
        return dict(data.known) | {
            "max_features_": features_of(self.max_features, data.X.shape[1]),
            "tree_": tree.renumbered(kept),
            "certificate_": certify_tree(
                tree.renumbered(kept), data.X, data.criterion, state.bounds[:, order][:, kept >= 0]
            ),
        }

    def most_states(self) -> int | None:
        """Return the largest possible number of states of a fit, None if unknown."""
        depth, leaves = self.max_depth, self.max_leaf_nodes
        return leaves if leaves is not None else None if depth is None else depth + 1

    def _advice(self, state: GrowthState) -> str:
        return f"{type(self).__name__} was stopped while {len(state.open)} of its leaves could still be split."

    @classmethod
    def _check_agreement(cls, fitted: Mapping[str, Any]) -> None:
        tree = fitted["tree_"]
        if wrong := tree.complaint(fitted["n_features_in_"]):
            raise ValueError(f"has a tree_ {wrong}.")
        if tree.n_outputs != fitted["n_outputs_"]:
            raise ValueError(f"has a tree_ of {tree.n_outputs} targets instead of {fitted['n_outputs_']}.")

    # --- questions --------------------------------------------------------------------------------------------------

    @property
    def feature_importances_(self) -> Array:
        """Share of each column in what the splits take from the impurity; zeros of a tree without splits."""
        self._require_fitted()
        found = self.tree_.importances(self.n_features_in_)
        return found / (found.sum() or 1.0)

    def get_depth(self) -> int:
        """Return the depth of the deepest leaf.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        return self.tree_.max_depth

    def get_n_leaves(self) -> int:
        """Return the number of leaves.

        Raises
        ------
        NotFittedError
            Before `fit`.
        """
        self._require_fitted()
        return self.tree_.n_leaves

    def apply(self, X: ArrayLike) -> Array:
        """Return the number of each row's leaf.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        ndarray of int of shape (n,)
            Numbers of nodes of `tree_`.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            For other columns than in the fit, and for infinite entries.
        """
        rows = self._new_rows(X)
        return Rows(rows).concatenate(self.tree_.apply)

    def decision_path(self, X: ArrayLike) -> Any:
        """Return which nodes each row passes.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Rows, with the columns of the fit.

        Returns
        -------
        sparse matrix of shape (n, node_count)
            Ones, from the root to the leaf.

        Raises
        ------
        NotFittedError, ValueError
            As `apply`.
        """
        leaf = self.apply(X)
        return in_users_form(self.tree_.paths(leaf))

    def cost_complexity_pruning_path(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike = None
    ) -> "PruningPath":
        """Return the costs per leaf at which branches of the unpruned tree are cut.

        Parameters
        ----------
        X, y, sample_weight : array-like
            As in `fit`.

        Returns
        -------
        PruningPath

        Raises
        ------
        InvalidParameterError, TypeError, ValueError
            As `fit`.
        """
        whole = type(self)(**self.get_params() | {"ccp_alpha": 0.0}).fit(X, y, sample_weight)
        path = np.array([step[:2] for step in cuts(whole.tree_)])
        return PruningPath(path[:, 0], path[:, 1])

    def _trees(self) -> Forest:
        return forest([self.tree_])

    @property
    def _rate(self) -> float:
        return 1.0

    def _constant_start(self) -> Array:
        return np.zeros(self._n_scores)

    @property
    def _n_scores(self) -> int:
        return self.tree_.value[0].size

    def _values(self, X: ArrayLike) -> Array:
        """Return the value of each row's leaf, of shape (n, q, c)."""
        leaf = self.apply(X)  # first: an unfitted model has no tree
        return np.asarray(self.tree_.value[leaf])


@dataclass(frozen=True)
class PruningPath:
    """Smaller and smaller subtrees.

    Parameters
    ----------
    ccp_alphas : ndarray
        Cost per leaf from which each subtree is best.
    impurities : ndarray
        Mean impurity of its leaves.
    """

    ccp_alphas: Array
    impurities: Array

    def __getitem__(self, name: str) -> Array:
        found: Array = getattr(self, name)
        return found
