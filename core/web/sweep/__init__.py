"""The page that asks many questions at once: the plan, how far its runs are, and what came of them."""
