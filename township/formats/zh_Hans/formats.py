"""Dates and numbers as the offices write them."""

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
YEAR_MONTH_FORMAT = "Y年n月"
MONTH_DAY_FORMAT = "n月j日"
TIME_FORMAT = "H:i"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"]
FIRST_DAY_OF_WEEK = 1
# Django has an empty sign for Chinese: intcomma would leave whole amounts ungrouped beside 1,234.50.
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
