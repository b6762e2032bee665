"""The public models, `RNNClassifier`, `RNNRegressor` and `CharRNN`, and what they share."""
