"""What is drawn of trees and of boosting."""
