"""What can be said of a trained perceptron: how far it is from a point where no small step helps.

eq. multilayer_perceptron:stationary, multilayer_perceptron:standard-units
"""

from groundup.core.nn.certificates import certify_record as certify_record
from groundup.core.nn.certificates import certify_stationary as certify_stationary
