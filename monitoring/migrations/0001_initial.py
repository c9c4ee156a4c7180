import django.utils.timezone
import simple_history.models
import township.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Clue",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("A", "农户自主申报"),
                            ("B", "干部走访排查"),
                            ("C", "部门筛查预警"),
                            ("D", "信访舆情"),
                            ("E", "集中排查"),
                            ("F", "系统比对"),
                        ],
                        max_length=1,
                        verbose_name="线索来源",
                    ),
                ),
                ("found_on", models.DateField(verbose_name="发现日期")),
                ("risks", models.JSONField(default=list, verbose_name="风险类型")),
                ("text", models.TextField(blank=True, default="", verbose_name="情况说明")),
                (
                    "reported_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="报告时间"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("new", "待处理"), ("noted", "已处理")],
                        default="new",
                        max_length=5,
                        verbose_name="状态",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="处理意见"),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
            ],
            options={
                "verbose_name": "线索",
                "verbose_name_plural": "线索",
                "ordering": ["-reported_at"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalMeasure",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "measure_class",
                    models.CharField(
                        choices=[
                            ("industry", "产业帮扶"),
                            ("employment", "就业帮扶"),
                            ("finance", "金融帮扶"),
                            ("post", "公益岗位帮扶"),
                            ("housing", "住房安全保障"),
                            ("water", "饮水安全保障"),
                            ("health", "健康帮扶"),
                            ("compulsory_school", "义务教育保障"),
                            ("education", "教育帮扶"),
                            ("security", "综合保障"),
                            ("social", "社会帮扶"),
                            ("relocation", "搬迁"),
                            ("conditions", "生产生活条件改善"),
                            ("infrastructure", "基础设施建设"),
                        ],
                        max_length=18,
                        verbose_name="措施类别",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="措施内容")),
                ("started_on", models.DateField(verbose_name="开始日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "amount_yuan",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="金额（元）"
                    ),
                ),
                ("result", models.CharField(blank=True, default="", max_length=200, verbose_name="帮扶成效")),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间"),
                ),
                (
                    "history_change_reason",
                    models.CharField(max_length=200, null=True, verbose_name="变更原因"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 帮扶措施",
                "verbose_name_plural": "historical 帮扶措施",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMonitoringLine",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                (
                    "amount_yuan",
                    models.DecimalField(decimal_places=2, max_digits=8, verbose_name="监测线（元/人·年）"),
                ),
                ("valid_from", models.DateField(db_index=True, verbose_name="起用日期")),
                ("document", models.CharField(max_length=120, verbose_name="依据文号")),
                (
                    "history_change_reason",
                    models.CharField(max_length=200, null=True, verbose_name="变更原因"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 监测线",
                "verbose_name_plural": "historical 监测线",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalTierSetting",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                (
                    "near_line_ratio",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="人均纯收入低于监测线的这一倍数即视为收入接近监测线",
                        max_digits=4,
                        verbose_name="接近监测线倍数",
                    ),
                ),
                (
                    "low_income_takes_ex_poor",
                    models.BooleanField(default=False, verbose_name="脱贫户可列入低收入"),
                ),
                (
                    "low_income_kinds",
                    models.JSONField(
                        default=list,
                        help_text="取值：dibao、tekun、dibao_margin、expenditure、disabled、illness、living_alone、near_line、other",
                        verbose_name="列入低收入的类型",
                    ),
                ),
                ("valid_from", models.DateField(db_index=True, verbose_name="起用日期")),
                ("document", models.CharField(max_length=120, verbose_name="依据文号")),
                (
                    "history_change_reason",
                    models.CharField(max_length=200, null=True, verbose_name="变更原因"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 分级标准",
                "verbose_name_plural": "historical 分级标准",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalVisitCycle",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        max_length=10,
                        verbose_name="监测等级",
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "月"), (3, "季度"), (6, "半年"), (12, "年")], verbose_name="周期（月）"
                    ),
                ),
                ("due_day", models.PositiveSmallIntegerField(default=25, verbose_name="每月截止日")),
                (
                    "phone_counts",
                    models.CharField(
                        choices=[
                            ("never", "不算"),
                            ("away_home_visit", "外出且本季度已入户时算"),
                            ("away", "外出时算"),
                            ("always", "算"),
                        ],
                        max_length=15,
                        verbose_name="电话走访",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起用日期")),
                ("document", models.CharField(max_length=120, verbose_name="依据文号")),
                (
                    "history_change_reason",
                    models.CharField(max_length=200, null=True, verbose_name="变更原因"),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 走访周期",
                "verbose_name_plural": "historical 走访周期",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Measure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "measure_class",
                    models.CharField(
                        choices=[
                            ("industry", "产业帮扶"),
                            ("employment", "就业帮扶"),
                            ("finance", "金融帮扶"),
                            ("post", "公益岗位帮扶"),
                            ("housing", "住房安全保障"),
                            ("water", "饮水安全保障"),
                            ("health", "健康帮扶"),
                            ("compulsory_school", "义务教育保障"),
                            ("education", "教育帮扶"),
                            ("security", "综合保障"),
                            ("social", "社会帮扶"),
                            ("relocation", "搬迁"),
                            ("conditions", "生产生活条件改善"),
                            ("infrastructure", "基础设施建设"),
                        ],
                        max_length=18,
                        verbose_name="措施类别",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="措施内容")),
                ("started_on", models.DateField(verbose_name="开始日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "amount_yuan",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="金额（元）"
                    ),
                ),
                ("result", models.CharField(blank=True, default="", max_length=200, verbose_name="帮扶成效")),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间"),
                ),
            ],
            options={
                "verbose_name": "帮扶措施",
                "verbose_name_plural": "帮扶措施",
                "ordering": ["household", "-started_on"],
            },
        ),
        migrations.CreateModel(
            name="MonitoringLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "amount_yuan",
                    models.DecimalField(decimal_places=2, max_digits=8, verbose_name="监测线（元/人·年）"),
                ),
                ("valid_from", models.DateField(unique=True, verbose_name="起用日期")),
                ("document", models.CharField(max_length=120, verbose_name="依据文号")),
            ],
            options={
                "verbose_name": "监测线",
                "verbose_name_plural": "监测线",
                "ordering": ["-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="PlannedPeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(max_length=12, verbose_name="乡镇代码")),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        max_length=10,
                        verbose_name="监测等级",
                    ),
                ),
                ("period_start", models.DateField(verbose_name="期初")),
                ("planned_at", models.DateTimeField(auto_now_add=True, verbose_name="计划时间")),
            ],
            options={
                "verbose_name": "已计划周期",
                "verbose_name_plural": "已计划周期",
            },
        ),
        migrations.CreateModel(
            name="TierAssignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        max_length=10,
                        verbose_name="监测等级",
                    ),
                ),
                ("tags", models.JSONField(blank=True, default=list, verbose_name="标签")),
                ("valid_from", models.DateField(verbose_name="起始日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                ("reason", models.TextField(verbose_name="理由")),
                ("by_name", models.CharField(max_length=80, verbose_name="确认人姓名")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="确认时间")),
            ],
            options={
                "verbose_name": "监测等级变动",
                "verbose_name_plural": "监测等级变动",
                "ordering": ["household", "-valid_from", "-at"],
            },
        ),
        migrations.CreateModel(
            name="TierProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "current_tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="当前等级",
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        max_length=10,
                        verbose_name="建议等级",
                    ),
                ),
                ("reasons", models.JSONField(default=list, verbose_name="理由")),
                ("tags", models.JSONField(blank=True, default=list, verbose_name="标签")),
                ("proposed_on", models.DateField(verbose_name="建议日期")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "待确认"),
                            ("confirmed", "已确认"),
                            ("rejected", "不采纳"),
                            ("outdated", "已过时"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                (
                    "decision_note",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="意见"),
                ),
            ],
            options={
                "verbose_name": "等级建议",
                "verbose_name_plural": "等级建议",
                "ordering": ["area", "household"],
            },
        ),
        migrations.CreateModel(
            name="TierSetting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "near_line_ratio",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="人均纯收入低于监测线的这一倍数即视为收入接近监测线",
                        max_digits=4,
                        verbose_name="接近监测线倍数",
                    ),
                ),
                (
                    "low_income_takes_ex_poor",
                    models.BooleanField(default=False, verbose_name="脱贫户可列入低收入"),
                ),
                (
                    "low_income_kinds",
                    models.JSONField(
                        default=list,
                        help_text="取值：dibao、tekun、dibao_margin、expenditure、disabled、illness、living_alone、near_line、other",
                        verbose_name="列入低收入的类型",
                    ),
                ),
                ("valid_from", models.DateField(unique=True, verbose_name="起用日期")),
                ("document", models.CharField(max_length=120, verbose_name="依据文号")),
            ],
            options={
                "verbose_name": "分级标准",
                "verbose_name_plural": "分级标准",
                "ordering": ["-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("visited_on", models.DateField(verbose_name="走访日期")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("home", "入户"),
                            ("phone", "电话"),
                            ("video", "视频"),
                            ("chat", "微信"),
                            ("outdoor", "户外偶遇"),
                        ],
                        max_length=7,
                        verbose_name="走访方式",
                    ),
                ),
                (
                    "met",
                    models.CharField(
                        choices=[
                            ("head", "户主"),
                            ("spouse", "配偶"),
                            ("other", "其他家人"),
                            ("nobody", "未见到人"),
                        ],
                        default="head",
                        max_length=6,
                        verbose_name="见到谁",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("regular", "定期走访"),
                            ("warning", "预警核查"),
                            ("campaign", "集中排查"),
                            ("helper", "帮扶责任人走访"),
                            ("return", "回访"),
                        ],
                        default="regular",
                        max_length=8,
                        verbose_name="走访类型",
                    ),
                ),
                ("is_away", models.BooleanField(default=False, verbose_name="全家外出")),
                ("blocks", models.JSONField(blank=True, default=dict, verbose_name="变化")),
                ("has_risk", models.BooleanField(default=False, verbose_name="有返贫致贫风险")),
                ("risk_kinds", models.JSONField(blank=True, default=list, verbose_name="风险类型")),
                ("needs", models.TextField(blank=True, default="", verbose_name="诉求")),
                ("note", models.TextField(blank=True, default="", verbose_name="备注")),
                (
                    "backdate_reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="补录原因"),
                ),
                ("visitor_name", models.CharField(max_length=80, verbose_name="走访人姓名")),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="录入时间"),
                ),
                ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                (
                    "void_reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="作废原因"),
                ),
            ],
            options={
                "verbose_name": "走访记录",
                "verbose_name_plural": "走访记录",
                "ordering": ["-visited_on", "-recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="VisitCycle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        max_length=10,
                        verbose_name="监测等级",
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "月"), (3, "季度"), (6, "半年"), (12, "年")], verbose_name="周期（月）"
                    ),
                ),
                ("due_day", models.PositiveSmallIntegerField(default=25, verbose_name="每月截止日")),
                (
                    "phone_counts",
                    models.CharField(
                        choices=[
                            ("never", "不算"),
                            ("away_home_visit", "外出且本季度已入户时算"),
                            ("away", "外出时算"),
                            ("always", "算"),
                        ],
                        max_length=15,
                        verbose_name="电话走访",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="起用日期")),
                ("document", models.CharField(max_length=120, verbose_name="依据文号")),
            ],
            options={
                "verbose_name": "走访周期",
                "verbose_name_plural": "走访周期",
                "ordering": ["tier", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="VisitPhoto",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("file", models.FileField(upload_to="photos/%Y/%m/", verbose_name="照片")),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                (
                    "added_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="上传时间"),
                ),
            ],
            options={
                "verbose_name": "走访照片",
                "verbose_name_plural": "走访照片",
                "ordering": ["added_at"],
            },
        ),
        migrations.CreateModel(
            name="VisitTask",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        max_length=10,
                        verbose_name="监测等级",
                    ),
                ),
                ("period_start", models.DateField(verbose_name="期初")),
                ("period_end", models.DateField(verbose_name="期末")),
                ("planned_month", models.DateField(verbose_name="计划月份")),
                ("due_on", models.DateField(verbose_name="截止日")),
                ("fulfilled_on", models.DateField(blank=True, null=True, verbose_name="完成日期")),
                ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                (
                    "void_reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="作废原因"),
                ),
                (
                    "missed_cause",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="漏访原因"),
                ),
            ],
            options={
                "verbose_name": "走访任务",
                "verbose_name_plural": "走访任务",
                "ordering": ["due_on", "area"],
            },
        ),
    ]
