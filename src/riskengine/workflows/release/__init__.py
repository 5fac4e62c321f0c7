"""From a draft to a policy in force."""
