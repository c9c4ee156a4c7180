import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("households", "0001_initial"),
        ("township", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "proxy": True,
                "indexes": [],
                "constraints": [],
            },
            bases=("township.user",),
        ),
        migrations.AddField(
            model_name="accesslog",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="上传人",
            ),
        ),
        migrations.AddField(
            model_name="helperassignment",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="historicaldivision",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalgroup",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalhelperassignment",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalhelperassignment",
            name="user",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="账号",
            ),
        ),
        migrations.AddField(
            model_name="historicalhousehold",
            name="group",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.group",
                verbose_name="自然村/组",
            ),
        ),
        migrations.AddField(
            model_name="historicalhousehold",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalincome",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalmember",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalmonitorassignment",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalmonitorassignment",
            name="monitor",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="监测员",
            ),
        ),
        migrations.AddField(
            model_name="historicalposting",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalposting",
            name="user",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="historicalvillage",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="household",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="households",
                to="households.group",
                verbose_name="自然村/组",
            ),
        ),
        migrations.AddField(
            model_name="historicalmonitorassignment",
            name="household",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="historicalmember",
            name="household",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="historicalincome",
            name="household",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="historicalhelperassignment",
            name="household",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="helperassignment",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="helper_assignments",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="导入人",
            ),
        ),
        migrations.AddField(
            model_name="importproblem",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="problems",
                to="households.importbatch",
                verbose_name="批次",
            ),
        ),
        migrations.AddField(
            model_name="income",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incomes",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="monitorassignment",
            name="household",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="monitor_assignments",
                to="households.household",
                verbose_name="农户",
            ),
        ),
        migrations.AddField(
            model_name="monitorassignment",
            name="monitor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="monitored_households",
                to=settings.AUTH_USER_MODEL,
                verbose_name="监测员",
            ),
        ),
        migrations.AddField(
            model_name="posting",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="postings",
                to=settings.AUTH_USER_MODEL,
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="household",
            name="village",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="households",
                to="households.village",
                verbose_name="行政村",
            ),
        ),
        migrations.AddField(
            model_name="historicalhousehold",
            name="village",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.village",
                verbose_name="行政村",
            ),
        ),
        migrations.AddField(
            model_name="historicalgroup",
            name="village",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="households.village",
                verbose_name="行政村",
            ),
        ),
        migrations.AddField(
            model_name="group",
            name="village",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="groups",
                to="households.village",
                verbose_name="行政村",
            ),
        ),
        migrations.AddIndex(
            model_name="accesslog",
            index=models.Index(fields=["user", "at"], name="access_log_user"),
        ),
        migrations.AddIndex(
            model_name="helperassignment",
            index=models.Index(fields=["area"], name="helper_area"),
        ),
        migrations.AddConstraint(
            model_name="helperassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)),
                fields=("household",),
                name="one_open_helper_per_household",
                violation_error_message="这一户已有帮扶责任人。请先填写原责任人的终止日期。",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["area"], name="document_area"),
        ),
        migrations.AddIndex(
            model_name="income",
            index=models.Index(fields=["area", "year"], name="income_area_year"),
        ),
        migrations.AddConstraint(
            model_name="income",
            constraint=models.UniqueConstraint(
                fields=("household", "year"),
                name="one_income_per_household_and_year",
                violation_error_message="这一户这一年的收入已登记，请修改原来的记录。",
            ),
        ),
        migrations.AddConstraint(
            model_name="income",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("business_cost_yuan__gte", 0),
                    ("business_yuan__gte", 0),
                    ("claims_yuan__gte", 0),
                    ("compliant_self_pay_yuan__gte", 0),
                    ("property_yuan__gte", 0),
                    ("transfer_yuan__gte", 0),
                    ("wage_yuan__gte", 0),
                ),
                name="income_parts_not_negative",
                violation_error_message="各项收入和支出都不能填负数；支出也填正数。",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["area"], name="member_area"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["household", "left_on"], name="member_household_left"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["name"], name="member_name"),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(fields=["initials"], name="member_initials"),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("has_temporary_id", False), ("left_on__isnull", True)),
                fields=("id_index",),
                name="person_once_among_active",
                violation_error_message="这个证件号码已登记在另一位在户成员名下。请先在那一户登记减少。",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_on__isnull", True), ("relation", "head")),
                fields=("household",),
                name="one_head_per_household",
                violation_error_message="这一户已有户主，请用“更换户主”办理。",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disability_level__isnull", True), ("disability_level__range", (1, 4)), _connector="OR"
                ),
                name="disability_level_1_to_4",
                violation_error_message="残疾等级应为 1—4，请对照残疾人证核对。",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("work_months__isnull", True), ("work_months__lte", 12), _connector="OR"),
                name="work_months_of_a_year",
                violation_error_message="务工时间不能超过 12 个月，请核对。",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("post_months__isnull", True), ("post_months__lte", 12), _connector="OR"),
                name="post_months_of_a_year",
                violation_error_message="公益性岗位月数不能超过 12 个月，请核对。",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_on__isnull", True), models.Q(("left_reason", ""), _negated=True), _connector="OR"
                ),
                name="member_left_with_reason",
                violation_error_message="登记减少必须写明原因，请填写减少原因。",
            ),
        ),
        migrations.AddIndex(
            model_name="monitorassignment",
            index=models.Index(fields=["monitor", "valid_to"], name="assignment_monitor"),
        ),
        migrations.AddIndex(
            model_name="monitorassignment",
            index=models.Index(fields=["area"], name="assignment_area"),
        ),
        migrations.AddConstraint(
            model_name="monitorassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)),
                fields=("household",),
                name="one_open_monitor_per_household",
                violation_error_message="这一户已有监测员。请先结束原来的包户，再指定新的监测员。",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitorassignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True),
                    (
                        "valid_to__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("valid_from"), "-", models.Value(1)
                        ),
                    ),
                    _connector="OR",
                ),
                name="assignment_ends_after_start",
                violation_error_message="包户的终止日期不能早于起始日期的前一天，请核对这两个日期。",
            ),
        ),
        migrations.AddIndex(
            model_name="posting",
            index=models.Index(fields=["role", "area"], name="posting_role_area"),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to__isnull", True)),
                fields=("user", "role", "area"),
                name="posting_once_while_open",
                violation_error_message="这个人在这里已有同一角色的任职。请先填写原任职的终止日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="posting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="posting_ends_after_start",
                violation_error_message="终止日期不能早于起始日期，请核对这两个日期。",
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                condition=models.Q(("closed_on__isnull", True)),
                fields=["area", "tier", "closed_on"],
                name="household_area_tier",
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                fields=["id", "tier", "tier_since", "closed_on"], name="household_tier_of_task"
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                fields=["area", "id", "tier", "tier_since", "closed_on"], name="household_tier_in_area"
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(fields=["area", "code"], name="household_area_code"),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(fields=["head_name"], name="household_head_name"),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(fields=["initials"], name="household_initials"),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Substr("area", 1, 9),
                models.F("national_code"),
                name="national_code_once_per_township",
                violation_error_message="这个户编号在本乡镇已登记给另一户，请核对两户的户编号。",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("monitored_kind", "unstable"), _negated=True),
                    ("kind", "ex_poor"),
                    _connector="OR",
                ),
                name="unstable_is_ex_poor",
                violation_error_message="脱贫不稳定户必须是脱贫户，请检查户类型。",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("monitored_kind", "marginal"), _negated=True),
                    ("kind", "rural"),
                    _connector="OR",
                ),
                name="marginal_is_rural",
                violation_error_message="边缘易致贫户必须是一般农户，请检查户类型。",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tier", ""), ("tier_since__isnull", True)),
                    models.Q(models.Q(("tier", ""), _negated=True), ("tier_since__isnull", False)),
                    _connector="OR",
                ),
                name="tier_has_its_day",
                violation_error_message="监测等级与等级起始日必须同时有或同时没有。请重新确认这一户的等级。",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("closed_on__isnull", True),
                    models.Q(("closed_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="household_closed_with_reason",
                violation_error_message="销户必须写明原因，请填写销户原因。",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(("land_mu__isnull", True), ("land_mu__gte", 0), _connector="OR"),
                name="land_not_negative",
                violation_error_message="耕地面积不能是负数，没有耕地的填 0。",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("eliminated_month__isnull", True),
                    ("identified_month__isnull", True),
                    ("eliminated_month__gte", models.F("identified_month")),
                    _connector="OR",
                ),
                name="eliminated_after_identified",
                violation_error_message="风险消除时间不能早于识别监测时间，请核对这两项。",
            ),
        ),
        migrations.AddConstraint(
            model_name="group",
            constraint=models.UniqueConstraint(
                fields=("village", "name"),
                name="group_name_once_per_village",
                violation_error_message="这个村已有同名的自然村/组，请换一个名称。",
            ),
        ),
    ]
