"""The public names and where they live: the only list of them, read by `__init__.py` and by type checkers."""

from groundup.core.inspection.partial_dependence import partial_dependence as partial_dependence
from groundup.core.inspection.permutation_importance import permutation_importance as permutation_importance
from groundup.data.text.count_vectorizer import CountVectorizer as CountVectorizer
from groundup.data.text.hashing_vectorizer import HashingVectorizer as HashingVectorizer
from groundup.data.text.tfidf_transformer import TfidfTransformer as TfidfTransformer
from groundup.data.text.tfidf_vectorizer import TfidfVectorizer as TfidfVectorizer
from groundup.projects.autoencoder.models.autoencoder import Autoencoder as Autoencoder
from groundup.projects.autoencoder.models.variational_autoencoder import (
    VariationalAutoencoder as VariationalAutoencoder,
)
from groundup.projects.gaussian_mixture.models.gaussian_mixture import GaussianMixture as GaussianMixture
from groundup.projects.gradient_boosting.figures.plot_tree import plot_tree as plot_tree
from groundup.projects.gradient_boosting.models.decision_tree_classifier import (
    DecisionTreeClassifier as DecisionTreeClassifier,
)
from groundup.projects.gradient_boosting.models.decision_tree_regressor import (
    DecisionTreeRegressor as DecisionTreeRegressor,
)
from groundup.projects.gradient_boosting.models.export_text import export_text as export_text
from groundup.projects.gradient_boosting.models.gradient_boosting_classifier import (
    GradientBoostingClassifier as GradientBoostingClassifier,
)
from groundup.projects.gradient_boosting.models.gradient_boosting_regressor import (
    GradientBoostingRegressor as GradientBoostingRegressor,
)
from groundup.projects.gradient_boosting.models.hist_gradient_boosting_classifier import (
    HistGradientBoostingClassifier as HistGradientBoostingClassifier,
)
from groundup.projects.gradient_boosting.models.hist_gradient_boosting_regressor import (
    HistGradientBoostingRegressor as HistGradientBoostingRegressor,
)
from groundup.projects.kmeans.models.functions import k_means as k_means
from groundup.projects.kmeans.models.functions import kmeans_plusplus as kmeans_plusplus
from groundup.projects.kmeans.models.kmeans import KMeans as KMeans
from groundup.projects.kmeans.models.minibatch_kmeans import MiniBatchKMeans as MiniBatchKMeans
from groundup.projects.linear_regression.models.linear_regression import LinearRegression as LinearRegression
from groundup.projects.logistic_regression.models.logistic_regression import LogisticRegression as LogisticRegression
from groundup.projects.logistic_regression.models.logistic_regression_cv import (
    LogisticRegressionCV as LogisticRegressionCV,
)
from groundup.projects.multilayer_perceptron.models.mlp_classifier import MLPClassifier as MLPClassifier
from groundup.projects.multilayer_perceptron.models.mlp_regressor import MLPRegressor as MLPRegressor
from groundup.projects.naive_bayes.models.bernoulli_nb import BernoulliNB as BernoulliNB
from groundup.projects.naive_bayes.models.categorical_nb import CategoricalNB as CategoricalNB
from groundup.projects.naive_bayes.models.complement_nb import ComplementNB as ComplementNB
from groundup.projects.naive_bayes.models.gaussian_nb import GaussianNB as GaussianNB
from groundup.projects.naive_bayes.models.multinomial_nb import MultinomialNB as MultinomialNB
from groundup.projects.pca.models.incremental_pca import IncrementalPCA as IncrementalPCA
from groundup.projects.pca.models.kernel_pca import KernelPCA as KernelPCA
from groundup.projects.pca.models.pca import PCA as PCA
from groundup.projects.pca.models.truncated_svd import TruncatedSVD as TruncatedSVD
from groundup.projects.recurrent_network.models.char_rnn import CharRNN as CharRNN
from groundup.projects.recurrent_network.models.rnn_classifier import RNNClassifier as RNNClassifier
from groundup.projects.recurrent_network.models.rnn_regressor import RNNRegressor as RNNRegressor
from groundup.projects.regularized_regression.models.elastic_net import ElasticNet as ElasticNet
from groundup.projects.regularized_regression.models.elastic_net import Lasso as Lasso
from groundup.projects.regularized_regression.models.elastic_net_cv import ElasticNetCV as ElasticNetCV
from groundup.projects.regularized_regression.models.elastic_net_cv import LassoCV as LassoCV
from groundup.projects.regularized_regression.models.multitask_cv import MultiTaskElasticNetCV as MultiTaskElasticNetCV
from groundup.projects.regularized_regression.models.multitask_cv import MultiTaskLassoCV as MultiTaskLassoCV
from groundup.projects.regularized_regression.models.multitask_lasso import MultiTaskElasticNet as MultiTaskElasticNet
from groundup.projects.regularized_regression.models.multitask_lasso import MultiTaskLasso as MultiTaskLasso
from groundup.projects.regularized_regression.models.paths import enet_path as enet_path
from groundup.projects.regularized_regression.models.paths import lars_path as lars_path
from groundup.projects.regularized_regression.models.paths import lasso_path as lasso_path
from groundup.projects.regularized_regression.models.ridge import Ridge as Ridge
from groundup.projects.regularized_regression.models.ridge_classifier import RidgeClassifier as RidgeClassifier
from groundup.projects.regularized_regression.models.ridge_classifier import RidgeClassifierCV as RidgeClassifierCV
from groundup.projects.regularized_regression.models.ridge_cv import RidgeCV as RidgeCV
from groundup.projects.softmax_regression.models.softmax_regression import SoftmaxRegression as SoftmaxRegression
from groundup.projects.support_vector_machine.models.linear_svc import LinearSVC as LinearSVC
from groundup.projects.support_vector_machine.models.linear_svr import LinearSVR as LinearSVR
from groundup.projects.support_vector_machine.models.nu_svc import NuSVC as NuSVC
from groundup.projects.support_vector_machine.models.nu_svr import NuSVR as NuSVR
from groundup.projects.support_vector_machine.models.nystroem import Nystroem as Nystroem
from groundup.projects.support_vector_machine.models.one_class_svm import OneClassSVM as OneClassSVM
from groundup.projects.support_vector_machine.models.rbf_sampler import RBFSampler as RBFSampler
from groundup.projects.support_vector_machine.models.svc import SVC as SVC
from groundup.projects.support_vector_machine.models.svr import SVR as SVR
from groundup.saving import load as load
from groundup.saving import save as save

__version__: str
__all__: list[str]
_HOME: dict[str, str]
