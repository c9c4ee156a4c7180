"""Lists about registered people and households: one small module for each kind."""

from households.importing.kinds import ListKind
from households.importing.lists.chronic import CHRONIC
from households.importing.lists.contracts import CONTRACTS
from households.importing.lists.dibao import DIBAO
from households.importing.lists.disabled import DISABLED
from households.importing.lists.employment import EMPLOYMENT
from households.importing.lists.incomes import INCOMES_KIND
from households.importing.lists.loans import LOANS
from households.importing.lists.medical import MEDICAL
from households.importing.lists.pension import PENSION
from households.importing.lists.posts import POSTS
from households.importing.lists.qualifications import QUALIFICATIONS
from households.importing.lists.receipts import RECEIPTS
from households.importing.lists.students import STUDENTS
from households.importing.lists.tekun import TEKUN

KINDS: tuple[ListKind, ...] = (
    DIBAO, TEKUN, DISABLED, STUDENTS, MEDICAL, PENSION, EMPLOYMENT, POSTS, CHRONIC, CONTRACTS, INCOMES_KIND,
)  # fmt: skip
# Their rows are rows of a register of their own, not facts of a person.
ENTRY_KINDS: tuple[ListKind, ...] = (RECEIPTS, QUALIFICATIONS, LOANS)
