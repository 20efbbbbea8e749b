"""The views of the gates and gradients pages: what is read off a run, what a visitor chooses, what it says in words."""
