"""Every address and what each role gets there. Add a line with every new page; design §3 says who may what.

The nine signs of a line stand for the roles in this order:

    anonymous  monitor  cadre  station  leader  county  auditor  administrator  superuser without posting

    o 200    > 302 (anonymous: to the login)    u 401    x 403    - 404    m 405 (the address takes POST alone)

The example object (tests/access_world.py) lies in the area of every role and is assigned to the monitor. A key may
carry a query ("admin/autocomplete/?…"), or begin with "POST " where the page takes only that.
"""

OPEN = "o o o o o o o o o"  # no login asked
SIGNED_IN = "> o o o o o o o o"
POST_ONLY = "> m m m m m m m m"
REDIRECT = "> > > > > > > > >"
GONE = "- - - - - - - - -"
NOBODY = "> x x x x x x x x"

SEES_HOUSEHOLDS = "> o o o o x x x x"  # a list; what is in it, test_scope_walk.py asks
SEES_THIS = "> o o o o - - - -"  # one row that is in the scope of who sees households
TO_THIS = "> > > > > - - - -"  # to the page of the household it belongs to
STATION = "> x x o x x x x x"
DECIDES = "> x x o o x x x x"  # the station and the leader
STATION_ON_THIS = "> x x o x - - - -"
RECORDS_ON_THIS = "> x o o x - - - -"  # the cadre in his own village, the station
DECIDES_ON_THIS = "> x o o o - - - -"  # and who decides on what they recorded
EXPORTS = "> x o o o x x x x"
FIELD = "> o o x x x x x x"
LEDGER = "> o o o o o x x x"
ADMINISTRATOR = "> x x x x x x o x"
AUDITOR = "> x x x x x o x x"
ACCOUNTS = "> x x o x x x o x"  # the station: monitors and cadres of its township
THIS_ACCOUNT = "> - - o - - - o -"
THIS_ACCOUNT_CHANGED = "> - - x - - - o -"
PLACES = "> o o o o x x o x"
THIS_PLACE = "> o o o o - - o -"
IMPORTS = STATION
FIELD_AND_STATION = "> o o o x x x x x"
THIS_VILLAGE = "> o o o o - - x -"  # the administrator sees the place, not who lives there
RULES = "> o o o o o o o x"  # rules are public to whoever holds a posting
POSTED_BY_STATION = "> x x > x x x x x"


def pages(
    model: str, *, rows: str, this: str, history: str | None = None, add: str = NOBODY
) -> dict[str, str]:
    """Return the addresses that Django's admin gives a model: nothing is ever deleted here."""
    return {
        f"admin/{model}/": rows,
        f"admin/{model}/add/": add,
        f"admin/{model}/<path:object_id>/change/": this,
        f"admin/{model}/<path:object_id>/history/": history or this.replace("x", "-"),
        f"admin/{model}/<path:object_id>/delete/": NOBODY,
        f"admin/{model}/<path:object_id>/": REDIRECT,  # to its change page, without a look at the object
    }


def rules(*models: str) -> dict[str, str]:
    """Return the addresses of tables of dated rules: everybody reads them, the administrator changes them."""
    found: dict[str, str] = {}
    for name in models:
        model = name if "/" in name else f"monitoring/{name}"
        found |= pages(model, rows=RULES, this=RULES, add=ADMINISTRATOR, history=RULES)
        found |= {f"admin/{model}/{do}/": ADMINISTRATOR for do in ("export", "import")}
        found[f"admin/{model}/process_import/"] = POST_ONLY
    return found


def register(name: str) -> dict[str, str]:
    """Return the addresses of a register of what people and households hold: the station keeps it."""
    model = f"households/{name}"
    return pages(model, rows=SEES_HOUSEHOLDS, this=SEES_THIS, add=STATION) | {
        f"admin/{model}/export/": EXPORTS,
        f"admin/{model}/options/<slug:parameter>/": SEES_HOUSEHOLDS,
        f"admin/{model}/<uuid:object_id>/do/<slug:name>/": STATION_ON_THIS,
    }


REGISTERS = ("benefitreceipt", "qualification", "workspell", "post", "training", "microloan")
TABLE: dict[str, str] = {
    "": REDIRECT,
    "healthz": OPEN,
    "readyz": OPEN,
    "setup/": GONE,  # only until the first run, see test_setup.py
    "accounts/login/": "o > > > > > > > >",
    "accounts/logout/": POST_ONLY,
    "accounts/password_change/": SIGNED_IN,
    "accounts/password_change/done/": SIGNED_IN,
    "admin/": SIGNED_IN,
    "admin/login/": REDIRECT,
    "admin/logout/": POST_ONLY,
    "admin/password_change/": SIGNED_IN,
    "admin/password_change/done/": SIGNED_IN,
    "admin/jsi18n/": SIGNED_IN,
    "admin/^(?P<app_label>{apps})/$": "> o o o o o o o -",
    "admin/(?P<url>.*)$": "> - - - - - - - -",
    "admin/search/": POST_ONLY,
    "admin/autocomplete/?app_label=households&model_name=group&field_name=village": PLACES,
    "admin/reveal/": POST_ONLY,
    "POST admin/reveal/?model=member&field=id_number&pk={member}": SEES_THIS,
    "POST admin/reveal/?model=member&field=phone&pk={member}": SEES_THIS,
    "POST admin/reveal/?model=household&field=phone&pk={household}": SEES_THIS,
    "POST admin/reveal/?model=account&field=phone&pk={account}": THIS_ACCOUNT,
    "POST admin/reveal/?model=account&field=password&pk={account}": "> - - - - - - - -",
    # 设置
    **pages("households/account", rows=ACCOUNTS, this=ACCOUNTS, history=THIS_ACCOUNT, add=ADMINISTRATOR),
    "admin/households/account/export/": ADMINISTRATOR,
    "admin/households/account/import/": ADMINISTRATOR,
    "admin/households/account/process_import/": POST_ONLY,
    "admin/households/account/<uuid:object_id>/reset/": THIS_ACCOUNT,
    "admin/households/account/<uuid:object_id>/password/": "> - - > - - - > -",  # nothing waits: to the account
    "admin/households/account/<uuid:object_id>/ended/": "> - - x - - - > -",
    "admin/households/account/<uuid:object_id>/end/": THIS_ACCOUNT_CHANGED,
    "admin/households/account/<uuid:object_id>/enable/": THIS_ACCOUNT_CHANGED,
    **pages("households/posting", rows=ADMINISTRATOR, this=ADMINISTRATOR),
    **pages("households/village", rows=PLACES, this=PLACES, add=ADMINISTRATOR),
    "admin/households/village/export/": ADMINISTRATOR,
    "admin/households/village/import/": ADMINISTRATOR,
    "admin/households/village/process_import/": POST_ONLY,
    **pages("households/group", rows=PLACES, this=PLACES, add=ADMINISTRATOR),
    "admin/households/group/export/": ADMINISTRATOR,
    "admin/households/group/import/": ADMINISTRATOR,
    "admin/households/group/process_import/": POST_ONLY,
    **pages("households/division", rows=ADMINISTRATOR, this=ADMINISTRATOR, history=ADMINISTRATOR),
    **pages("households/accesslog", rows=AUDITOR, this=AUDITOR),
    "admin/households/accesslog/export/": AUDITOR,
    # 导入
    "admin/import/template/<slug:kind>/": IMPORTS,
    **pages(
        "households/duplicatedecision", rows=SEES_HOUSEHOLDS, this="> o o o o x x x x", history=SEES_THIS
    ),
    "admin/households/duplicatedecision/suspects/": SEES_HOUSEHOLDS,
    "admin/households/duplicatedecision/suspects/<uuid:first>/<uuid:second>/": REDIRECT,
    "POST admin/households/duplicatedecision/suspects/<uuid:first>/<uuid:second>/": "> - x o x - - - -",
    **pages("households/importdraft", rows=IMPORTS, this=IMPORTS),
    "admin/households/importdraft/<uuid:object_id>/reading/": IMPORTS,
    **{
        f"admin/households/importdraft/<uuid:object_id>/{do}/": POST_ONLY
        for do in ("decide", "start", "drop", "marked")
    },
    **{
        f"POST admin/households/importdraft/<uuid:object_id>/{do}/": POSTED_BY_STATION
        for do in ("decide", "start", "marked", "drop")
    },
    "admin/households/importdraft/jobs/<uuid:job_id>/": IMPORTS,
    "admin/households/importdraft/jobs/<uuid:job_id>/progress/": IMPORTS,
    "admin/households/importdraft/jobs/<uuid:job_id>/file/": "> x x > x x x x x",  # not made yet: back to its page
    **pages("households/importbatch", rows=IMPORTS, this=IMPORTS),
    "admin/households/importbatch/<uuid:object_id>/undo/": IMPORTS,
    "admin/households/importbatch/<uuid:object_id>/marked/": POST_ONLY,
    "POST admin/households/importbatch/<uuid:object_id>/marked/": POSTED_BY_STATION,
    **pages("households/importproblem", rows=IMPORTS, this=IMPORTS),
    # A waiting row's own page is the queue of its batch.
    **pages("households/waitingrow", rows=IMPORTS, this="> x x > x x x x x", history="> - - o - - - - -"),
    # 农户
    **pages("households/household", rows=SEES_HOUSEHOLDS, this=SEES_THIS, history=TO_THIS),
    "admin/households/household/export/": EXPORTS,
    "admin/households/household/edited/": STATION,
    "admin/households/household/<uuid:object_id>/tier/": "> x x > o - - - -",  # the leader lowers a KEY tier
    "admin/households/household/<uuid:object_id>/monitor/": STATION_ON_THIS,
    "admin/households/household/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/households/household/<uuid:object_id>/photos/<uuid:photo_id>/": SEES_THIS,
    "admin/households/household/<uuid:object_id>/edit/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/close/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/head/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/events/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/events/<slug:verb>/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/members/add/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/members/<uuid:member_id>/edit/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/members/<uuid:member_id>/leave/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/documents/add/": STATION_ON_THIS,
    "admin/households/household/<uuid:object_id>/documents/<uuid:document_id>/": SEES_THIS,
    # A member's own page is his household's.
    **pages("households/member", rows=SEES_HOUSEHOLDS, this=TO_THIS, history=TO_THIS),
    "admin/households/member/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/households/member/edited/": STATION,
    **{address: row for name in REGISTERS for address, row in register(name).items()},
    # 农户: life events, each read at its household's page
    **pages("households/lifeevent", rows=SEES_HOUSEHOLDS, this=TO_THIS, history=TO_THIS),
    "admin/households/lifeevent/export/": EXPORTS,
    "admin/households/lifeevent/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    # 农户: tiers
    **pages("monitoring/tierproposal", rows=SEES_HOUSEHOLDS, this=SEES_THIS, add="> x o o x x x x x"),
    "admin/monitoring/tierproposal/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/tierproposal/run/": POST_ONLY,
    "POST admin/monitoring/tierproposal/run/": POSTED_BY_STATION,
    "admin/monitoring/tierproposal/<uuid:object_id>/do/<slug:name>/": STATION_ON_THIS,
    **pages("monitoring/tierassignment", rows=SEES_HOUSEHOLDS, this=SEES_THIS),
    "admin/monitoring/tierassignment/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/tierassignment/<uuid:object_id>/do/<slug:name>/": "> x x x o - - - -",
    # 走访
    **pages("monitoring/visittask", rows=SEES_HOUSEHOLDS, this=SEES_THIS),
    "admin/monitoring/visittask/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/visittask/board/": SEES_HOUSEHOLDS,
    "admin/monitoring/visittask/board/plan/": POST_ONLY,
    "POST admin/monitoring/visittask/board/plan/": POSTED_BY_STATION,
    "admin/monitoring/visittask/handover/": STATION,
    "admin/monitoring/visittask/assign/": STATION,
    "admin/monitoring/visittask/monitors/": STATION,
    "admin/monitoring/visittask/households/": SEES_HOUSEHOLDS,
    "admin/monitoring/visittask/<uuid:object_id>/do/<slug:name>/": STATION_ON_THIS,
    **pages("monitoring/visit", rows=SEES_HOUSEHOLDS, this=SEES_THIS),
    "admin/monitoring/visit/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/visit/<uuid:object_id>/do/<slug:name>/": STATION_ON_THIS,
    # 预警
    **pages("monitoring/warningcase", rows=SEES_HOUSEHOLDS, this=SEES_THIS),
    "admin/monitoring/warningcase/board/": SEES_HOUSEHOLDS,
    "admin/monitoring/warningcase/reminders/": SEES_HOUSEHOLDS,
    "admin/monitoring/warningcase/reply/": DECIDES,
    "admin/monitoring/warningcase/screening/": STATION,
    "admin/monitoring/warningcase/lists/": STATION,
    "POST admin/reveal/?model=warningcase&field=id_number&pk={warningcase}": SEES_THIS,
    # Nobody was sent for the example, so only the station has something to type.
    "admin/monitoring/warningcase/<uuid:object_id>/verify/": "> > > o x - - - -",
    "admin/monitoring/warningcase/<uuid:object_id>/form/": SEES_THIS,
    "admin/monitoring/warningcase/<uuid:object_id>/people/": STATION_ON_THIS,
    "admin/monitoring/warningcase/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/warningcase/<uuid:object_id>/do/<slug:name>/": STATION_ON_THIS,
    # 帮扶
    **pages("monitoring/clue", rows=SEES_HOUSEHOLDS, this=SEES_THIS, add="> x o o x x x x x"),
    **pages("monitoring/finding", rows=SEES_HOUSEHOLDS, this=SEES_THIS),
    "admin/monitoring/finding/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/finding/board/": SEES_HOUSEHOLDS,
    "admin/monitoring/finding/board/run/": POST_ONLY,
    "POST admin/monitoring/finding/board/run/": POSTED_BY_STATION,
    "admin/monitoring/finding/workbook/": POST_ONLY,
    "POST admin/monitoring/finding/workbook/": EXPORTS,
    "admin/monitoring/finding/whatif/": "> x x o x x x o x",  # who keeps the facts, who keeps the settings
    "admin/monitoring/finding/<uuid:object_id>/do/<slug:name>/": SEES_THIS,  # the example: recheck
    "admin/monitoring/clue/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/clue/<uuid:object_id>/do/<slug:name>/": "> x x o o - - - -",
    **pages("monitoring/procedure", rows=SEES_HOUSEHOLDS, this=SEES_THIS),
    "admin/monitoring/procedure/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/procedure/notice/<slug:kind>/": SEES_HOUSEHOLDS,
    "admin/monitoring/procedure/household/<uuid:pk>/<slug:way>/": DECIDES_ON_THIS,
    "admin/monitoring/procedure/<uuid:object_id>/do/<slug:name>/": RECORDS_ON_THIS,
    "admin/monitoring/procedure/<uuid:object_id>/paper/<slug:form>/": SEES_THIS,
    "admin/monitoring/procedure/<uuid:object_id>/evidence/": RECORDS_ON_THIS,
    "admin/monitoring/procedure/<uuid:object_id>/evidence/<uuid:evidence_id>/": DECIDES_ON_THIS,
    "admin/monitoring/procedure/<uuid:object_id>/evidence/<uuid:evidence_id>/remove/": RECORDS_ON_THIS,
    **pages("monitoring/monitoringepisode", rows=SEES_HOUSEHOLDS, this=SEES_THIS),
    "admin/monitoring/monitoringepisode/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/monitoringepisode/<uuid:object_id>/card/": SEES_THIS,
    **pages("monitoring/measure", rows=SEES_HOUSEHOLDS, this=SEES_THIS, add=STATION),
    "admin/monitoring/measure/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/measure/edited/": STATION,
    **pages("monitoring/inspection", rows=SEES_HOUSEHOLDS, this=SEES_THIS, add=FIELD_AND_STATION),
    "admin/monitoring/inspection/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/monitoring/inspection/housing/": SEES_HOUSEHOLDS,
    "admin/monitoring/inspection/housing/<uuid:village_id>/": THIS_VILLAGE,
    "admin/monitoring/inspection/housing/<uuid:village_id>/paper/": THIS_VILLAGE,
    "admin/monitoring/inspection/housing/<uuid:village_id>/export/": POST_ONLY,
    "POST admin/monitoring/inspection/housing/<uuid:village_id>/export/": "> x o o o - - x -",
    "admin/monitoring/inspection/water/": SEES_HOUSEHOLDS,
    "admin/monitoring/inspection/water/paper/": SEES_HOUSEHOLDS,
    "admin/monitoring/inspection/water/draw/": POST_ONLY,
    "POST admin/monitoring/inspection/water/draw/": POSTED_BY_STATION,
    "admin/monitoring/inspection/water/export/": POST_ONLY,
    "POST admin/monitoring/inspection/water/export/": EXPORTS,
    **pages("households/renovation", rows=SEES_HOUSEHOLDS, this=SEES_THIS, add=STATION),
    "admin/households/renovation/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/households/renovation/totals/": SEES_HOUSEHOLDS,
    "admin/monitoring/measure/gaps/": SEES_HOUSEHOLDS,
    # 帮扶: what a village earns and gives
    **pages("households/solarbatch", rows=SEES_HOUSEHOLDS, this=SEES_THIS, add="> x o o x x x x x"),
    "admin/households/solarbatch/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/households/solarbatch/<uuid:object_id>/do/<slug:name>/": RECORDS_ON_THIS,
    "admin/households/solarbatch/<uuid:object_id>/shares/<uuid:share_id>/remove/": RECORDS_ON_THIS,
    "admin/households/solarbatch/<uuid:object_id>/workbook/": DECIDES_ON_THIS,
    **pages("households/project", rows=SEES_HOUSEHOLDS, this=SEES_THIS, add=STATION),
    "admin/households/project/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/households/project/<uuid:object_id>/do/<slug:name>/": STATION_ON_THIS,
    "admin/households/project/<uuid:object_id>/incomes/<uuid:income_id>/withdraw/": STATION_ON_THIS,
    **pages("households/incomeline", rows=SEES_HOUSEHOLDS, this=SEES_THIS, add=STATION),
    "admin/households/incomeline/options/<slug:parameter>/": SEES_HOUSEHOLDS,
    "admin/households/incomeline/<uuid:object_id>/do/<slug:name>/": STATION_ON_THIS,
    "admin/households/incomeline/household/<uuid:pk>/": SEES_THIS,
    "admin/households/incomeline/household/<uuid:pk>/<int:year>/take-over/": STATION_ON_THIS,
    # 规则
    **pages("monitoring/visitcycle", rows=RULES, this=RULES, add=ADMINISTRATOR, history=RULES),
    "admin/monitoring/visitcycle/export/": ADMINISTRATOR,
    "admin/monitoring/visitcycle/import/": ADMINISTRATOR,
    "admin/monitoring/visitcycle/process_import/": POST_ONLY,
    **pages("monitoring/monitoringline", rows=RULES, this=RULES, add=ADMINISTRATOR, history=RULES),
    "admin/monitoring/monitoringline/export/": ADMINISTRATOR,
    "admin/monitoring/monitoringline/import/": ADMINISTRATOR,
    "admin/monitoring/monitoringline/process_import/": POST_ONLY,
    **pages("monitoring/tiersetting", rows=RULES, this=RULES, add=ADMINISTRATOR, history=RULES),
    "admin/monitoring/tiersetting/export/": ADMINISTRATOR,
    "admin/monitoring/tiersetting/import/": ADMINISTRATOR,
    "admin/monitoring/tiersetting/process_import/": POST_ONLY,
    **rules(
        "department",
        "warningindicator",
        "deadlinesetting",
        "calendarday",
        "exclusionitem",
        "riskanswer",
        "rulelimit",
        "households/benefitstandard",
    ),
    "admin/monitoring/calendarday/year/": RULES,
    # 台账
    "admin/ledgers/": REDIRECT,
    **{
        f"admin/ledgers/{code}/": LEDGER
        for code in ("key", "low-income", "stable", "general", "warnings", "summary")
    },
    "admin/ledgers/<slug:code>/export/": POST_ONLY,
    # 走访, on the phone
    "field/": FIELD,
    "field/households/": FIELD,
    # The station types paper visits in (代录) on the same pages.
    "field/households/<uuid:pk>/": "> o o o x x x x x",
    "field/households/<uuid:pk>/visit/": "> o o o x x x x x",
    # Nobody was sent for the example: its household's visit is what is left to do.
    "field/households/<uuid:pk>/warnings/": "> > > x x x x x x",
    "field/warnings/<uuid:case_id>/": "> > > x x x x x x",
    "field/saved/<uuid:pk>/": "> o o o x x x x x",
    "field/sent/": FIELD,
    "field/me/": FIELD,
    "field/check/": FIELD,
    "field/data/": FIELD.replace(">", "u"),
    "field/sync/": POST_ONLY.replace(">", "u"),
    "field/photos/": POST_ONLY.replace(">", "u"),
    "field/photos/<uuid:pk>/": SEES_THIS,
}

# Values of parameters that are no key of an example object; "route parameter" where one route differs.
SPECIAL = {
    "parameter": "area",
    "verb": "death",
    "code": "general",
    "app_label": "households",
    "kind": "register",
    "url": "nothing-here/",
    "way": "elimination",
    "form": "check",
    "year": "2025",
    **{
        f"admin/households/{model}/<uuid:object_id>/do/<slug:name>/ name": name
        for model, name in (("solarbatch", "decide"), ("project", "edit"), ("incomeline", "edit"))
    },
    "admin/monitoring/procedure/notice/<slug:kind>/ kind": "identification",
    **{f"admin/households/{name}/<uuid:object_id>/do/<slug:name>/ name": "withdraw" for name in REGISTERS},
    **{
        f"admin/monitoring/{model}/<uuid:object_id>/do/<slug:name>/ name": name
        for model, name in (
            ("finding", "recheck"),
            ("tierproposal", "confirm"),
            ("tierassignment", "lower"),
            ("visittask", "void"),
            ("visit", "void"),
            ("clue", "note"),
            ("warningcase", "person"),
            ("procedure", "check"),
        )
    },
}
