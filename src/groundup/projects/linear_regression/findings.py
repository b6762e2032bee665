"""What a fit says about the data: each coefficient with its uncertainty, and the fit as a whole."""

from groundup.data.dataset import Dataset, Table
from groundup.projects.linear_regression.models.inference import Summary
from groundup.projects.linear_regression.models.linear_regression import LinearRegression

TITLE = "Coefficients"


def coefficients(model: LinearRegression, data: Dataset) -> tuple[Table]:
    """Return estimates, standard errors, tests and intervals, or the reason why there are none."""
    try:
        found = model.summary()
    except ValueError as why:
        return (Table(TITLE, (), (), f"No standard errors: {why}{dependence(model)}"),)
    level = f"{100 * found.confidence:g} %"
    head = ("name", "estimate", "std error", "t", "p", f"{level} from", f"{level} to")
    names = (*found.names[: int(model.fit_intercept)], *data.feature_names)
    columns = (found.coef, found.std_error, found.t, found.p, found.lower, found.upper)
    rows = zip(names, *(column.tolist() for column in columns), strict=True)
    return (Table(TITLE, head, tuple(rows), fit_as_a_whole(found) + dependence(model)),)


def fit_as_a_whole(found: Summary) -> str:
    """Return how well the model fits, in one sentence."""
    return (
        f"R² = {found.r_squared:.6g}, F = {found.f:.6g} (p = {found.f_p:.3g}), AIC = {found.aic:.6g}, "
        f"BIC = {found.bic:.6g}, residual standard error = {found.residual_std_error:.6g} "
        f"on {found.df_residual:g} degrees of freedom."
    )


def dependence(model: LinearRegression) -> str:
    """Return a warning where the columns do not determine the coefficients; nothing where they do."""
    rank, columns = model.rank_, model.n_features_in_
    if rank == columns:
        return ""
    return f" The columns are dependent (rank {rank} of {columns}): single coefficients are not estimable."
