"""What is served, in memory: one immutable state, replaced as a whole when another week or champion is."""

from sodai.serving.state.company import Company
from sodai.serving.state.holder import Holder
from sodai.serving.state.ids import Ids
from sodai.serving.state.lists import Lists
from sodai.serving.state.loading import load_state
from sodai.serving.state.state import Champion, State

__all__ = ["Champion", "Company", "Holder", "Ids", "Lists", "State", "load_state"]
