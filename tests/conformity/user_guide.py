"""Programs as scikit-learn's user guide has them for our classes; `lib` is where their classes are imported from.

Each returns what it would print or draw, which must be the same whatever library is behind it. Where that depends on
the order of random draws, it returns what does not: the quality of the best of many starts.
"""

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine, make_blobs
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectFromModel
from sklearn.metrics import adjusted_rand_score, mean_squared_error, r2_score, roc_auc_score, silhouette_score
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score, train_test_split
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, PolynomialFeatures, SplineTransformer, StandardScaler

REVIEWS = [
    "the plot is slow and the acting is poor",
    "a warm and funny film with a good plot",
    "poor sound, poor light, a waste of an evening",
    "good acting, good music, a joy to watch",
    "slow, long and dull from the first scene",
    "a funny and moving story, well told",
    "the music is dull and the story is a waste",
    "a joy from the first scene to the last",
] * 5
LIKED = np.array([0, 1, 0, 1, 0, 1, 0, 1] * 5)


def least_squares_through_three_points(lib):
    model = lib.LinearRegression()
    model.fit([[0, 0], [1, 1], [2, 2]], [0, 1, 2])
    return model.coef_, model.intercept_


def one_feature_of_the_diabetes_data(lib):
    X, y = load_diabetes(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X[:, [2]], y, test_size=20, shuffle=False)
    predicted = lib.LinearRegression().fit(X_train, y_train).predict(X_test)
    return mean_squared_error(y_test, predicted), r2_score(y_test, predicted)


def non_negative_least_squares(lib):
    rng = np.random.RandomState(42)
    X = rng.randn(200, 50)
    coef = 3 * rng.randn(50)
    coef[coef < 0] = 0
    X_train, X_test, y_train, y_test = train_test_split(X, X @ coef + 5 * rng.normal(size=200), random_state=1)
    model = lib.LinearRegression(positive=True).fit(X_train, y_train)
    return model.coef_, r2_score(y_test, model.predict(X_test))


def ridge_with_a_penalty(lib):
    model = lib.Ridge(alpha=0.5)
    model.fit([[0, 0], [0, 0], [1, 1]], [0, 0.1, 1])
    return model.coef_, model.intercept_


def ridge_coefficients_on_the_hilbert_matrix(lib):
    X = 1.0 / (np.arange(1, 11) + np.arange(0, 10)[:, np.newaxis])
    alphas = np.logspace(-6, -2, 10)
    return [lib.Ridge(alpha=alpha, fit_intercept=False).fit(X, np.ones(10)).coef_ for alpha in alphas]


def ridge_with_a_chosen_penalty(lib):
    model = lib.RidgeCV(alphas=np.logspace(-6, 6, 13))
    model.fit([[0, 0], [0, 1], [1, 1], [2, 1]], [0, 0.1, 1, 1.4])
    return model.alpha_, model.coef_


def ridge_classifier_of_wines(lib):
    X, y = load_wine(return_X_y=True)
    model = make_pipeline(StandardScaler(), lib.RidgeClassifier())
    return cross_val_score(model, X, y, cv=5)


def ridge_on_polynomials_and_splines(lib):
    x = np.linspace(0, 10, 30)[:, np.newaxis]
    y = x.ravel() * np.sin(x.ravel())
    grid = np.linspace(-1, 11, 50)[:, np.newaxis]
    polynomials = make_pipeline(PolynomialFeatures(4), lib.Ridge(alpha=1e-3))
    splines = make_pipeline(SplineTransformer(n_knots=4, degree=3), lib.Ridge(alpha=1e-3))
    return [model.fit(x, y).predict(grid) for model in (polynomials, splines)]


def lasso_of_two_points(lib):
    model = lib.Lasso(alpha=0.1)
    model.fit([[0, 0], [1, 1]], [0, 1])
    return model.predict([[1, 1]])


def lasso_and_elastic_net_of_a_sparse_signal(lib):
    rng = np.random.RandomState(0)
    X = rng.randn(50, 100)
    coef = np.zeros(100)
    coef[:10] = (-1.0) ** np.arange(10) * np.exp(-np.arange(10) / 10)
    y = X @ coef + 0.1 * rng.randn(50)
    models = lib.Lasso(alpha=0.14, tol=1e-8), lib.ElasticNet(alpha=0.08, l1_ratio=0.7, tol=1e-8)
    return [model.fit(X[:25], y[:25]).predict(X[25:]) for model in models]


def lasso_chosen_by_cross_validation(lib):
    X, y = load_diabetes(return_X_y=True)
    model = make_pipeline(StandardScaler(), lib.LassoCV(cv=20, tol=1e-6)).fit(X, y)
    chosen = model[-1]
    return chosen.alpha_, chosen.alphas_, chosen.mse_path_.mean(axis=-1), chosen.coef_


def paths_of_lasso_and_elastic_net(lib):
    X, y = load_diabetes(return_X_y=True)
    X = X / X.std(axis=0)
    alphas, coefs, _ = lib.lasso_path(X, y, eps=5e-3, tol=1e-10, max_iter=10_000)
    positive = lib.enet_path(X, y, eps=5e-3, l1_ratio=0.8, positive=True, tol=1e-10, max_iter=10_000)[1]
    return alphas, coefs, positive


def path_of_least_angle_regression(lib):
    X, y = load_diabetes(return_X_y=True)
    _, active, coefs = lib.lars_path(X, y, method="lasso")
    return active, np.sum(np.abs(coefs.T), axis=1)


def features_shared_by_several_tasks(lib):
    rng = np.random.RandomState(42)
    coef = np.zeros((40, 30))
    coef[:, :5] = np.sin(np.linspace(0, 2 * np.pi, 40)[:, None] * (1 + rng.randn(5)) + rng.randn(5))
    X = rng.randn(100, 30)
    Y = X @ coef.T + rng.randn(100, 40)
    model = lib.MultiTaskLasso(alpha=1.0, tol=1e-8).fit(X, Y)
    return model.coef_ != 0, model.coef_


def products_of_columns_of_weighted_rows(lib):
    rng = np.random.RandomState(0)
    X, y, weight = rng.randn(300, 5), rng.randn(300), rng.lognormal(size=300)
    weight *= len(weight) / weight.sum()
    centred = X - np.average(X, axis=0, weights=weight)
    rows = centred * np.sqrt(weight)[:, np.newaxis]
    return lib.ElasticNet(alpha=0.01, precompute=rows.T @ rows).fit(centred, y, sample_weight=weight).coef_


def probabilities_of_irises(lib):
    X, y = load_iris(return_X_y=True)
    model = lib.LogisticRegression(tol=1e-8, max_iter=5000).fit(X, y)
    return model.predict(X[:2]), model.predict_proba(X[:2]), model.score(X, y)


def zeros_of_a_logistic_regression_of_digits(lib):
    X, y = load_digits(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    model = lib.LogisticRegression(C=0.1, l1_ratio=1, tol=1e-6, max_iter=10_000, solver="liblinear")
    model.fit(X, (y > 4).astype(int))
    return model.score(X, y > 4), np.mean(np.abs(model.coef_) < 1e-4).round(1)


def a_search_over_penalties(lib):
    X, y = load_breast_cancer(return_X_y=True)
    model = make_pipeline(StandardScaler(), lib.LogisticRegression(tol=1e-8, max_iter=1000))
    search = GridSearchCV(model, {"logisticregression__C": [0.01, 0.1, 1, 10]}, cv=5).fit(X, y)
    return search.best_params_["logisticregression__C"], search.cv_results_["mean_test_score"]


def logistic_regression_with_a_chosen_penalty(lib):
    X, y = load_iris(return_X_y=True)
    options = {"cv": 5, "Cs": 4, "l1_ratios": (0,), "tol": 1e-8, "max_iter": 5000}
    model = lib.LogisticRegressionCV(**options, scoring="neg_log_loss", use_legacy_attributes=False).fit(X, y)
    return model.C_, model.predict(X[:2]), model.predict_proba(X[:2])


def one_classifier_a_class(lib):
    X, y = load_iris(return_X_y=True)
    model = OneVsRestClassifier(lib.LogisticRegression(tol=1e-8, max_iter=5000)).fit(X, y)
    return model.predict(X), [part.coef_ for part in model.estimators_]


def features_chosen_by_the_lasso(lib):
    X, y = load_diabetes(return_X_y=True)
    chosen = SelectFromModel(lib.LassoCV(tol=1e-6)).fit(X, y)
    return chosen.get_support(), cross_val_score(lib.Ridge(0.1), chosen.transform(X), y, cv=KFold(4))


def words_of_reviews(lib):
    model = make_pipeline(TfidfVectorizer(), lib.LogisticRegression(C=10, tol=1e-8))
    model.fit(REVIEWS, LIKED)
    scores = model.predict_proba(["a dull and slow story", "good and funny"])
    return scores, roc_auc_score(LIKED, model.decision_function(REVIEWS))


def numbers_and_categories(lib):
    rng = np.random.RandomState(0)
    table = np.column_stack([rng.randint(0, 3, 200), rng.randint(0, 4, 200), rng.randn(200)])
    columns = make_column_transformer((OneHotEncoder(), [0, 1]), (MinMaxScaler(), [2]), sparse_threshold=1.0)
    y = table[:, 0] * 2 + table[:, 2] + 0.1 * rng.randn(200)
    return make_pipeline(columns, lib.Ridge(alpha=1e-3, tol=1e-10)).fit(table, y).predict(table[:5])


def clusters_of_blobs(lib):
    X, y = make_blobs(n_samples=1500, random_state=170)
    model = lib.KMeans(n_clusters=3, n_init=10, random_state=42)
    return adjusted_rand_score(y, model.fit_predict(X)), model.inertia_, np.sort(model.cluster_centers_, axis=0)


def silhouettes_of_clusters(lib):
    X, _ = make_blobs(n_samples=500, n_features=2, centers=4, center_box=(-10.0, 10.0), random_state=1)
    models = [lib.KMeans(n_clusters=K, random_state=10, n_init=10) for K in (2, 3, 4)]
    return [silhouette_score(X, model.fit_predict(X)) for model in models]


def clusters_of_six_points(lib):
    X = np.array([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    model = lib.KMeans(n_clusters=2, random_state=0, n_init="auto").fit(X)
    left, right = model.predict([[0, 0], [12, 3]])
    return left != right, np.sort(model.cluster_centers_, axis=0), model.transform(X).min(axis=1)


def mini_batches_next_to_all_rows(lib):
    X, y = make_blobs(n_samples=3000, centers=[[1, 1], [-1, -1], [1, -1]], cluster_std=0.3, random_state=0)
    models = lib.KMeans(3, n_init=10, random_state=0), lib.MiniBatchKMeans(3, n_init=10, random_state=0, batch_size=512)
    return [round(adjusted_rand_score(y, model.fit(X).labels_), 2) for model in models]


def colors_of_a_picture(lib):
    palette = np.array([[0.1, 0.2, 0.8], [0.9, 0.8, 0.2], [0.2, 0.7, 0.3], [0.8, 0.1, 0.1]])
    rng = np.random.RandomState(0)
    picture = np.float32(palette[rng.randint(0, 4, 4000)] + 0.02 * rng.randn(4000, 3))
    model = lib.KMeans(n_clusters=4, random_state=0, n_init=4).fit(picture[:1000])
    quantised = model.cluster_centers_[model.predict(picture)]
    return quantised.dtype.itemsize, np.abs(quantised - picture).mean()


def topics_of_short_texts(lib):
    texts = ["red green blue paint"] * 10 + ["piano violin drum"] * 10 + ["bread cheese wine apple"] * 10
    X = TfidfVectorizer().fit_transform(texts)
    model = lib.KMeans(n_clusters=3, max_iter=100, n_init=5, random_state=0).fit(X)
    return adjusted_rand_score(np.repeat([0, 1, 2], 10), model.labels_), round(model.inertia_, 6)


def starts_spread_by_k_means_plus_plus(lib):
    X, y = make_blobs(n_samples=4000, centers=4, cluster_std=0.60, random_state=0)
    centers, indices = lib.kmeans_plusplus(X, n_clusters=4, random_state=0)
    return np.array_equal(X[indices], centers), centers.shape, np.sort(y[indices])


EXAMPLES = tuple(value for value in list(globals().values()) if getattr(value, "__module__", "") == __name__)
