import django.core.validators
import django.utils.timezone
import households.models.members
import simple_history.models
import township.base.fields
import township.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AccessLog",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="时间"
                    ),
                ),
                ("user_name", models.CharField(max_length=80, verbose_name="姓名")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("login", "登录"),
                            ("logout", "退出"),
                            ("login_failed", "登录失败"),
                            ("view", "查看农户"),
                            ("reveal", "显示完整信息"),
                            ("export", "导出"),
                            ("import", "导入"),
                            ("permission", "权限变更"),
                            ("command", "命令行"),
                        ],
                        max_length=12,
                        verbose_name="行为",
                    ),
                ),
                ("area", models.CharField(blank=True, default="", max_length=12, verbose_name="区划代码")),
                ("target", models.CharField(blank=True, default="", max_length=120, verbose_name="对象")),
                ("rows", models.PositiveIntegerField(blank=True, null=True, verbose_name="条数")),
                ("detail", models.JSONField(blank=True, default=dict, verbose_name="详情")),
                ("address", models.GenericIPAddressField(blank=True, null=True, verbose_name="网络地址")),
            ],
            options={
                "verbose_name": "查阅与导出日志",
                "verbose_name_plural": "查阅与导出日志",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Division",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("county", "县（市、区）"), ("township", "乡镇")],
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        max_length=12,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{12}$", "行政村代码应为 12 位数字（县6 乡3 村3）。"
                            )
                        ],
                        verbose_name="区划代码",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("start_on", models.DateField(blank=True, null=True, verbose_name="启用日期")),
                ("data_on", models.DateField(blank=True, null=True, verbose_name="数据日期")),
                ("is_provisional", models.BooleanField(default=False, verbose_name="临时代码")),
                ("phone", models.CharField(blank=True, default="", max_length=40, verbose_name="值班电话")),
            ],
            options={
                "verbose_name": "县乡区划",
                "verbose_name_plural": "县乡区划",
                "ordering": ["area"],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("application", "申请书"),
                            ("authorisation", "承诺授权书"),
                            ("verification", "入户核查表"),
                            ("review", "村级评议记录"),
                            ("publicity", "公示资料"),
                            ("approval", "审核审定资料"),
                            ("plan", "帮扶计划"),
                            ("certificate", "证件证明"),
                            ("housing", "住房鉴定"),
                            ("other", "其他"),
                        ],
                        max_length=14,
                        verbose_name="种类",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("file", models.FileField(upload_to="documents/%Y/%m/", verbose_name="文件")),
                ("content_type", models.CharField(max_length=60, verbose_name="类型")),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                (
                    "added_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="上传时间"),
                ),
            ],
            options={
                "verbose_name": "农户资料",
                "verbose_name_plural": "农户资料",
                "ordering": ["-added_at"],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("name", models.CharField(max_length=60, verbose_name="自然村/组")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="走访顺序")),
            ],
            options={
                "verbose_name": "自然村/组",
                "verbose_name_plural": "自然村/组",
                "ordering": ["area", "order", "name"],
            },
        ),
        migrations.CreateModel(
            name="HelperAssignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("valid_from", models.DateField(verbose_name="起始日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                ("name", models.CharField(max_length=60, verbose_name="帮扶责任人")),
                ("unit", models.CharField(blank=True, default="", max_length=100, verbose_name="单位及职务")),
                ("phone", models.CharField(blank=True, default="", max_length=20, verbose_name="联系电话")),
            ],
            options={
                "verbose_name": "帮扶责任人",
                "verbose_name_plural": "帮扶责任人",
                "ordering": ["household", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDivision",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                (
                    "level",
                    models.CharField(
                        choices=[("county", "县（市、区）"), ("township", "乡镇")],
                        max_length=8,
                        verbose_name="级别",
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        db_index=True,
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{12}$", "行政村代码应为 12 位数字（县6 乡3 村3）。"
                            )
                        ],
                        verbose_name="区划代码",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("start_on", models.DateField(blank=True, null=True, verbose_name="启用日期")),
                ("data_on", models.DateField(blank=True, null=True, verbose_name="数据日期")),
                ("is_provisional", models.BooleanField(default=False, verbose_name="临时代码")),
                ("phone", models.CharField(blank=True, default="", max_length=40, verbose_name="值班电话")),
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
                "verbose_name": "historical 县乡区划",
                "verbose_name_plural": "historical 县乡区划",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalGroup",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("name", models.CharField(max_length=60, verbose_name="自然村/组")),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="走访顺序")),
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
                "verbose_name": "historical 自然村/组",
                "verbose_name_plural": "historical 自然村/组",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalHelperAssignment",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("valid_from", models.DateField(verbose_name="起始日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                ("name", models.CharField(max_length=60, verbose_name="帮扶责任人")),
                ("unit", models.CharField(blank=True, default="", max_length=100, verbose_name="单位及职务")),
                ("phone", models.CharField(blank=True, default="", max_length=20, verbose_name="联系电话")),
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
                "verbose_name": "historical 帮扶责任人",
                "verbose_name_plural": "historical 帮扶责任人",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalHousehold",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "code",
                    models.CharField(
                        db_index=True,
                        help_text="行政村代码 + 4 位顺序号，由系统生成",
                        max_length=16,
                        verbose_name="户码",
                    ),
                ),
                (
                    "national_code",
                    models.CharField(blank=True, max_length=40, null=True, verbose_name="户编号"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("ex_poor", "脱贫户"), ("rural", "一般农户")],
                        max_length=8,
                        verbose_name="户类型",
                    ),
                ),
                ("head_name", models.CharField(max_length=60, verbose_name="户主姓名")),
                (
                    "initials",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "phone",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="household.phone", default="", verbose_name="联系电话"
                    ),
                ),
                (
                    "phone_index",
                    township.base.fields.BlindIndexField(
                        blank=True,
                        db_index=True,
                        editable=False,
                        max_length=32,
                        normalise=str,
                        null=True,
                        source="phone",
                    ),
                ),
                (
                    "address",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="household.address", default="", verbose_name="家庭住址"
                    ),
                ),
                ("walk_order", models.PositiveSmallIntegerField(default=0, verbose_name="走访顺序")),
                ("is_away", models.BooleanField(default=False, verbose_name="全家外出")),
                (
                    "monitored_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unstable", "脱贫不稳定户"),
                            ("marginal", "边缘易致贫户"),
                            ("sudden", "突发严重困难户"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="监测对象类别",
                    ),
                ),
                ("identified_month", models.DateField(blank=True, null=True, verbose_name="识别监测时间")),
                ("risks", models.JSONField(blank=True, default=list, verbose_name="致贫返贫风险")),
                ("risk_note", models.TextField(blank=True, default="", verbose_name="具体风险说明")),
                (
                    "clue_source",
                    models.CharField(blank=True, default="", max_length=1, verbose_name="线索来源"),
                ),
                ("is_eliminated", models.BooleanField(blank=True, null=True, verbose_name="风险是否已消除")),
                ("eliminated_month", models.DateField(blank=True, null=True, verbose_name="风险消除时间")),
                (
                    "elimination_mode",
                    models.CharField(
                        blank=True,
                        choices=[("helped", "帮扶消除"), ("natural", "自然消除")],
                        default="",
                        max_length=7,
                        verbose_name="风险消除方式",
                    ),
                ),
                (
                    "identified_income_yuan",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="识别时人均纯收入（元）",
                    ),
                ),
                (
                    "is_without_labour",
                    models.BooleanField(blank=True, null=True, verbose_name="整户无劳动能力"),
                ),
                (
                    "ex_poor_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="脱贫年度"),
                ),
                (
                    "poverty_cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("illness", "因病"),
                            ("disability", "因残"),
                            ("schooling", "因学"),
                            ("disaster", "因灾"),
                            ("marriage", "因婚"),
                            ("funeral", "因丧"),
                            ("land", "缺土地"),
                            ("water", "缺水"),
                            ("skill", "缺技术"),
                            ("labour", "缺劳力"),
                            ("money", "缺资金"),
                            ("traffic", "交通条件落后"),
                            ("motivation", "自身发展动力不足"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="原致贫原因",
                    ),
                ),
                (
                    "keeps_policies",
                    models.BooleanField(blank=True, null=True, verbose_name="是否继续享受政策"),
                ),
                (
                    "low_income_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dibao", "低保户"),
                            ("tekun", "分散特困"),
                            ("dibao_margin", "低保边缘"),
                            ("expenditure", "支出型困难"),
                            ("disabled", "残疾人家庭"),
                            ("illness", "大病慢病家庭"),
                            ("living_alone", "孤寡独居"),
                            ("near_line", "收入接近监测线"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="低收入类型",
                    ),
                ),
                ("low_income_month", models.DateField(blank=True, null=True, verbose_name="低收入认定时间")),
                (
                    "housing_grade",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A级"), ("B", "B级"), ("C", "C级"), ("D", "D级")],
                        default="",
                        max_length=1,
                        verbose_name="住房等级",
                    ),
                ),
                ("water_is_safe", models.BooleanField(blank=True, null=True, verbose_name="饮水是否安全")),
                (
                    "land_mu",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="耕地面积（亩）"
                    ),
                ),
                ("note", models.TextField(blank=True, default="", verbose_name="备注")),
                (
                    "tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        default="",
                        editable=False,
                        max_length=10,
                        verbose_name="监测等级",
                    ),
                ),
                (
                    "tier_since",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="等级起始日"),
                ),
                (
                    "last_visited_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="最近走访"),
                ),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="销户日期")),
                (
                    "closed_reason",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="销户原因"),
                ),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(blank=True, editable=False, verbose_name="更新时间")),
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
                "verbose_name": "historical 农户",
                "verbose_name_plural": "historical 农户",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalIncome",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("people_count", models.PositiveSmallIntegerField(verbose_name="年度家庭人口数（人）")),
                (
                    "wage_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="工资性收入（元）"
                    ),
                ),
                (
                    "business_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="生产经营性收入（元）"
                    ),
                ),
                (
                    "property_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="财产性收入（元）"
                    ),
                ),
                (
                    "transfer_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="转移性收入（元）"
                    ),
                ),
                (
                    "business_cost_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="生产经营性支出（元）"
                    ),
                ),
                (
                    "compliant_self_pay_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="合规自付支出（元）"
                    ),
                ),
                (
                    "claims_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="理赔收入（元）"
                    ),
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
                "verbose_name": "historical 家庭收入",
                "verbose_name_plural": "historical 家庭收入",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMember",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "initials",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "id_kind",
                    models.CharField(
                        choices=[
                            ("resident", "居民身份证"),
                            ("disability", "残疾人证"),
                            ("household_book", "户口簿"),
                            ("passport", "护照"),
                            ("other", "其他证件"),
                        ],
                        default="resident",
                        max_length=14,
                        verbose_name="证件类型",
                    ),
                ),
                (
                    "id_number",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="member.id_number", default="", verbose_name="证件号码"
                    ),
                ),
                (
                    "id_index",
                    township.base.fields.BlindIndexField(
                        blank=True,
                        editable=False,
                        max_length=32,
                        normalise=households.models.members.first_18,
                        null=True,
                        source="id_number",
                    ),
                ),
                (
                    "id_last4_index",
                    township.base.fields.BlindIndexField(
                        blank=True,
                        db_index=True,
                        editable=False,
                        max_length=32,
                        normalise=households.models.members.last_four,
                        null=True,
                        source="id_number",
                    ),
                ),
                ("has_temporary_id", models.BooleanField(default=False, verbose_name="临时证件号")),
                ("birth_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("M", "男"), ("F", "女")],
                        default="",
                        max_length=1,
                        verbose_name="性别",
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("head", "户主"),
                            ("spouse", "配偶"),
                            ("son", "之子"),
                            ("daughter", "之女"),
                            ("daughter_in_law", "之儿媳"),
                            ("son_in_law", "之女婿"),
                            ("grandson", "之孙子"),
                            ("granddaughter", "之孙女"),
                            ("daughters_son", "之外孙子"),
                            ("daughters_daughter", "之外孙女"),
                            ("father", "之父"),
                            ("mother", "之母"),
                            ("wifes_father", "之岳父"),
                            ("wifes_mother", "之岳母"),
                            ("husbands_father", "之公公"),
                            ("husbands_mother", "之婆婆"),
                            ("grandfather", "之祖父"),
                            ("grandmother", "之祖母"),
                            ("mothers_father", "之外祖父"),
                            ("mothers_mother", "之外祖母"),
                            ("sibling", "之兄弟姐妹"),
                            ("great_grandson", "之曾孙子"),
                            ("great_granddaughter", "之曾孙女"),
                            ("nephew", "之侄儿"),
                            ("niece", "之侄女"),
                            ("brothers_wife", "之兄弟媳妇"),
                            ("uncle", "之叔伯"),
                            ("other", "其他"),
                        ],
                        max_length=20,
                        verbose_name="与户主关系",
                    ),
                ),
                ("nation", models.CharField(blank=True, default="", max_length=20, verbose_name="民族")),
                (
                    "politics",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("party_member", "中共党员"),
                            ("probationary", "中共预备党员"),
                            ("youth_league", "共青团员"),
                            ("masses", "群众"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="政治面貌",
                    ),
                ),
                (
                    "education",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("illiterate", "文盲或半文盲"),
                            ("primary", "小学"),
                            ("junior", "初中"),
                            ("senior", "高中"),
                            ("college", "大专"),
                            ("bachelor", "本科及以上"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="文化程度",
                    ),
                ),
                (
                    "schooling",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("before_school", "学龄前儿童"),
                            ("kindergarten", "学前教育"),
                            ("primary", "小学"),
                            ("grade_7", "七年级"),
                            ("grade_8", "八年级"),
                            ("grade_9", "九年级"),
                            ("senior_1", "普通高中一年级"),
                            ("senior_2", "普通高中二年级"),
                            ("senior_3", "普通高中三年级"),
                            ("vocational_1", "中职一年级"),
                            ("vocational_2", "中职二年级"),
                            ("vocational_3", "中职三年级"),
                            ("college_1", "高职高专一年级"),
                            ("college_2", "高职高专二年级"),
                            ("college_3", "高职高专三年级"),
                            ("technician_1", "技师学院一年级"),
                            ("technician_2", "技师学院二年级"),
                            ("technician_3", "技师学院三年级"),
                            ("technician_4", "技师学院四年级"),
                            ("bachelor_1", "本科一年级"),
                            ("bachelor_2", "本科二年级"),
                            ("bachelor_3", "本科三年级"),
                            ("bachelor_4", "本科四年级"),
                            ("bachelor_5", "本科五年级"),
                            ("postgraduate", "硕士研究生及以上"),
                        ],
                        default="",
                        max_length=14,
                        verbose_name="在校生状况",
                    ),
                ),
                (
                    "dropout_reason",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="义务教育阶段未上学原因"
                    ),
                ),
                ("health", models.JSONField(blank=True, default=list, verbose_name="健康状况")),
                (
                    "disability_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "视力"),
                            ("2", "听力"),
                            ("3", "言语"),
                            ("4", "肢体"),
                            ("5", "智力"),
                            ("6", "精神"),
                            ("7", "多重"),
                        ],
                        default="",
                        max_length=1,
                        verbose_name="残疾类别",
                    ),
                ),
                (
                    "disability_level",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="残疾等级"),
                ),
                (
                    "labour",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ordinary", "普通劳动力"),
                            ("skilled", "技能劳动力"),
                            ("weak", "弱劳动力或半劳动力"),
                            ("lost", "丧失劳动力"),
                            ("none", "无劳动力"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="劳动技能",
                    ),
                ),
                (
                    "work_place",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="务工所在地"),
                ),
                (
                    "work_region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("county", "县内"),
                            ("city", "市内"),
                            ("other_city", "跨市"),
                            ("other_province", "跨省"),
                            ("abroad", "国外"),
                        ],
                        default="",
                        max_length=14,
                        verbose_name="务工地点",
                    ),
                ),
                (
                    "work_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="务工时间（月）"),
                ),
                ("post", models.CharField(blank=True, default="", max_length=60, verbose_name="公益性岗位")),
                (
                    "post_months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="公益性岗位（月数）"
                    ),
                ),
                (
                    "has_resident_medical",
                    models.BooleanField(blank=True, null=True, verbose_name="城乡居民基本医疗保险"),
                ),
                (
                    "has_employee_medical",
                    models.BooleanField(blank=True, null=True, verbose_name="城镇职工基本医疗保险"),
                ),
                (
                    "has_resident_pension",
                    models.BooleanField(blank=True, null=True, verbose_name="城乡居民基本养老保险"),
                ),
                (
                    "has_employee_pension",
                    models.BooleanField(blank=True, null=True, verbose_name="城镇职工基本养老保险"),
                ),
                (
                    "dibao",
                    models.CharField(
                        blank=True,
                        choices=[("none", "未享受"), ("rural", "农村低保"), ("urban", "城市低保")],
                        default="",
                        max_length=5,
                        verbose_name="享受低保政策情况",
                    ),
                ),
                (
                    "tekun",
                    models.CharField(
                        blank=True,
                        choices=[("none", "不享受"), ("rural", "农村特困"), ("urban", "城市特困")],
                        default="",
                        max_length=5,
                        verbose_name="享受特困供养政策情况",
                    ),
                ),
                (
                    "phone",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="member.phone", default="", verbose_name="联系电话"
                    ),
                ),
                ("is_registered", models.BooleanField(default=True, verbose_name="户籍人口")),
                ("is_co_living", models.BooleanField(default=True, verbose_name="共同生活（常住）")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="减少日期")),
                (
                    "left_reason",
                    models.CharField(blank=True, default="", max_length=30, verbose_name="减少原因"),
                ),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(blank=True, editable=False, verbose_name="更新时间")),
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
                "verbose_name": "historical 家庭成员",
                "verbose_name_plural": "historical 家庭成员",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalMonitorAssignment",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("valid_from", models.DateField(verbose_name="起始日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="终止日期")),
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
                "verbose_name": "historical 监测员包户",
                "verbose_name_plural": "historical 监测员包户",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalPosting",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("monitor", "防返贫监测员"),
                            ("cadre", "村干部、包村干部、驻村队员、帮扶责任人"),
                            ("station", "镇防贫监测工作站"),
                            ("leader", "分管领导"),
                            ("county", "县级查看"),
                            ("auditor", "审计员"),
                            ("administrator", "系统管理员"),
                        ],
                        max_length=14,
                        verbose_name="角色",
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{2}|\\d{4}|\\d{6}|\\d{9}|\\d{12})$", "应为 2、4、6、9 或 12 位数字。"
                            )
                        ],
                        verbose_name="管辖区划代码",
                    ),
                ),
                ("duty", models.CharField(blank=True, default="", max_length=60, verbose_name="职务")),
                ("valid_from", models.DateField(verbose_name="起始日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="终止日期")),
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
                "verbose_name": "historical 任职",
                "verbose_name_plural": "historical 任职",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalVillage",
            fields=[
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                (
                    "area",
                    models.CharField(
                        db_index=True,
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{12}$", "行政村代码应为 12 位数字（县6 乡3 村3）。"
                            )
                        ],
                        verbose_name="行政村代码",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="行政村")),
                (
                    "initials",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "grid_column",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="图上列"),
                ),
                ("grid_row", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="图上行")),
                ("is_provisional", models.BooleanField(default=False, verbose_name="临时代码")),
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
                "verbose_name": "historical 行政村",
                "verbose_name_plural": "historical 行政村",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                (
                    "code",
                    models.CharField(
                        help_text="行政村代码 + 4 位顺序号，由系统生成",
                        max_length=16,
                        unique=True,
                        verbose_name="户码",
                    ),
                ),
                (
                    "national_code",
                    models.CharField(blank=True, max_length=40, null=True, verbose_name="户编号"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("ex_poor", "脱贫户"), ("rural", "一般农户")],
                        max_length=8,
                        verbose_name="户类型",
                    ),
                ),
                ("head_name", models.CharField(max_length=60, verbose_name="户主姓名")),
                (
                    "initials",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "phone",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="household.phone", default="", verbose_name="联系电话"
                    ),
                ),
                (
                    "phone_index",
                    township.base.fields.BlindIndexField(
                        blank=True,
                        db_index=True,
                        editable=False,
                        max_length=32,
                        normalise=str,
                        null=True,
                        source="phone",
                    ),
                ),
                (
                    "address",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="household.address", default="", verbose_name="家庭住址"
                    ),
                ),
                ("walk_order", models.PositiveSmallIntegerField(default=0, verbose_name="走访顺序")),
                ("is_away", models.BooleanField(default=False, verbose_name="全家外出")),
                (
                    "monitored_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unstable", "脱贫不稳定户"),
                            ("marginal", "边缘易致贫户"),
                            ("sudden", "突发严重困难户"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="监测对象类别",
                    ),
                ),
                ("identified_month", models.DateField(blank=True, null=True, verbose_name="识别监测时间")),
                ("risks", models.JSONField(blank=True, default=list, verbose_name="致贫返贫风险")),
                ("risk_note", models.TextField(blank=True, default="", verbose_name="具体风险说明")),
                (
                    "clue_source",
                    models.CharField(blank=True, default="", max_length=1, verbose_name="线索来源"),
                ),
                ("is_eliminated", models.BooleanField(blank=True, null=True, verbose_name="风险是否已消除")),
                ("eliminated_month", models.DateField(blank=True, null=True, verbose_name="风险消除时间")),
                (
                    "elimination_mode",
                    models.CharField(
                        blank=True,
                        choices=[("helped", "帮扶消除"), ("natural", "自然消除")],
                        default="",
                        max_length=7,
                        verbose_name="风险消除方式",
                    ),
                ),
                (
                    "identified_income_yuan",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="识别时人均纯收入（元）",
                    ),
                ),
                (
                    "is_without_labour",
                    models.BooleanField(blank=True, null=True, verbose_name="整户无劳动能力"),
                ),
                (
                    "ex_poor_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="脱贫年度"),
                ),
                (
                    "poverty_cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("illness", "因病"),
                            ("disability", "因残"),
                            ("schooling", "因学"),
                            ("disaster", "因灾"),
                            ("marriage", "因婚"),
                            ("funeral", "因丧"),
                            ("land", "缺土地"),
                            ("water", "缺水"),
                            ("skill", "缺技术"),
                            ("labour", "缺劳力"),
                            ("money", "缺资金"),
                            ("traffic", "交通条件落后"),
                            ("motivation", "自身发展动力不足"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="原致贫原因",
                    ),
                ),
                (
                    "keeps_policies",
                    models.BooleanField(blank=True, null=True, verbose_name="是否继续享受政策"),
                ),
                (
                    "low_income_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dibao", "低保户"),
                            ("tekun", "分散特困"),
                            ("dibao_margin", "低保边缘"),
                            ("expenditure", "支出型困难"),
                            ("disabled", "残疾人家庭"),
                            ("illness", "大病慢病家庭"),
                            ("living_alone", "孤寡独居"),
                            ("near_line", "收入接近监测线"),
                            ("other", "其他"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="低收入类型",
                    ),
                ),
                ("low_income_month", models.DateField(blank=True, null=True, verbose_name="低收入认定时间")),
                (
                    "housing_grade",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A级"), ("B", "B级"), ("C", "C级"), ("D", "D级")],
                        default="",
                        max_length=1,
                        verbose_name="住房等级",
                    ),
                ),
                ("water_is_safe", models.BooleanField(blank=True, null=True, verbose_name="饮水是否安全")),
                (
                    "land_mu",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=8, null=True, verbose_name="耕地面积（亩）"
                    ),
                ),
                ("note", models.TextField(blank=True, default="", verbose_name="备注")),
                (
                    "tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("key", "重点监测"),
                            ("low_income", "低收入"),
                            ("stable", "稳定脱贫"),
                            ("general", "一般农户"),
                        ],
                        default="",
                        editable=False,
                        max_length=10,
                        verbose_name="监测等级",
                    ),
                ),
                (
                    "tier_since",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="等级起始日"),
                ),
                (
                    "last_visited_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="最近走访"),
                ),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="销户日期")),
                (
                    "closed_reason",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="销户原因"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "农户",
                "verbose_name_plural": "农户",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=12, verbose_name="区划代码"
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="种类")),
                ("file_name", models.CharField(max_length=200, verbose_name="文件")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("sheet", models.CharField(blank=True, default="", max_length=80, verbose_name="工作表")),
                ("exported_on", models.DateField(blank=True, null=True, verbose_name="导出时间")),
                ("counts", models.JSONField(default=dict, verbose_name="结果")),
                (
                    "by_name",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="导入人姓名"),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="导入时间")),
            ],
            options={
                "verbose_name": "导入批次",
                "verbose_name_plural": "导入批次",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sheet", models.CharField(max_length=80, verbose_name="工作表")),
                ("row", models.PositiveIntegerField(verbose_name="行")),
                ("column", models.CharField(max_length=60, verbose_name="列")),
                (
                    "value",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="importproblem.value", default="", verbose_name="值"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[("refused", "拒绝"), ("warned", "提醒")], max_length=7, verbose_name="级别"
                    ),
                ),
                ("code", models.CharField(max_length=40, verbose_name="代码")),
                ("message", models.TextField(verbose_name="说明")),
            ],
            options={
                "verbose_name": "导入问题",
                "verbose_name_plural": "导入问题",
                "ordering": ["batch", "row", "id"],
            },
        ),
        migrations.CreateModel(
            name="Income",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("people_count", models.PositiveSmallIntegerField(verbose_name="年度家庭人口数（人）")),
                (
                    "wage_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="工资性收入（元）"
                    ),
                ),
                (
                    "business_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="生产经营性收入（元）"
                    ),
                ),
                (
                    "property_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="财产性收入（元）"
                    ),
                ),
                (
                    "transfer_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="转移性收入（元）"
                    ),
                ),
                (
                    "business_cost_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="生产经营性支出（元）"
                    ),
                ),
                (
                    "compliant_self_pay_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="合规自付支出（元）"
                    ),
                ),
                (
                    "claims_yuan",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="理赔收入（元）"
                    ),
                ),
            ],
            options={
                "verbose_name": "家庭收入",
                "verbose_name_plural": "家庭收入",
                "ordering": ["household", "-year"],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "initials",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "id_kind",
                    models.CharField(
                        choices=[
                            ("resident", "居民身份证"),
                            ("disability", "残疾人证"),
                            ("household_book", "户口簿"),
                            ("passport", "护照"),
                            ("other", "其他证件"),
                        ],
                        default="resident",
                        max_length=14,
                        verbose_name="证件类型",
                    ),
                ),
                (
                    "id_number",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="member.id_number", default="", verbose_name="证件号码"
                    ),
                ),
                (
                    "id_index",
                    township.base.fields.BlindIndexField(
                        blank=True,
                        editable=False,
                        max_length=32,
                        normalise=households.models.members.first_18,
                        null=True,
                        source="id_number",
                    ),
                ),
                (
                    "id_last4_index",
                    township.base.fields.BlindIndexField(
                        blank=True,
                        db_index=True,
                        editable=False,
                        max_length=32,
                        normalise=households.models.members.last_four,
                        null=True,
                        source="id_number",
                    ),
                ),
                ("has_temporary_id", models.BooleanField(default=False, verbose_name="临时证件号")),
                ("birth_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[("M", "男"), ("F", "女")],
                        default="",
                        max_length=1,
                        verbose_name="性别",
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("head", "户主"),
                            ("spouse", "配偶"),
                            ("son", "之子"),
                            ("daughter", "之女"),
                            ("daughter_in_law", "之儿媳"),
                            ("son_in_law", "之女婿"),
                            ("grandson", "之孙子"),
                            ("granddaughter", "之孙女"),
                            ("daughters_son", "之外孙子"),
                            ("daughters_daughter", "之外孙女"),
                            ("father", "之父"),
                            ("mother", "之母"),
                            ("wifes_father", "之岳父"),
                            ("wifes_mother", "之岳母"),
                            ("husbands_father", "之公公"),
                            ("husbands_mother", "之婆婆"),
                            ("grandfather", "之祖父"),
                            ("grandmother", "之祖母"),
                            ("mothers_father", "之外祖父"),
                            ("mothers_mother", "之外祖母"),
                            ("sibling", "之兄弟姐妹"),
                            ("great_grandson", "之曾孙子"),
                            ("great_granddaughter", "之曾孙女"),
                            ("nephew", "之侄儿"),
                            ("niece", "之侄女"),
                            ("brothers_wife", "之兄弟媳妇"),
                            ("uncle", "之叔伯"),
                            ("other", "其他"),
                        ],
                        max_length=20,
                        verbose_name="与户主关系",
                    ),
                ),
                ("nation", models.CharField(blank=True, default="", max_length=20, verbose_name="民族")),
                (
                    "politics",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("party_member", "中共党员"),
                            ("probationary", "中共预备党员"),
                            ("youth_league", "共青团员"),
                            ("masses", "群众"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="政治面貌",
                    ),
                ),
                (
                    "education",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("illiterate", "文盲或半文盲"),
                            ("primary", "小学"),
                            ("junior", "初中"),
                            ("senior", "高中"),
                            ("college", "大专"),
                            ("bachelor", "本科及以上"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="文化程度",
                    ),
                ),
                (
                    "schooling",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("before_school", "学龄前儿童"),
                            ("kindergarten", "学前教育"),
                            ("primary", "小学"),
                            ("grade_7", "七年级"),
                            ("grade_8", "八年级"),
                            ("grade_9", "九年级"),
                            ("senior_1", "普通高中一年级"),
                            ("senior_2", "普通高中二年级"),
                            ("senior_3", "普通高中三年级"),
                            ("vocational_1", "中职一年级"),
                            ("vocational_2", "中职二年级"),
                            ("vocational_3", "中职三年级"),
                            ("college_1", "高职高专一年级"),
                            ("college_2", "高职高专二年级"),
                            ("college_3", "高职高专三年级"),
                            ("technician_1", "技师学院一年级"),
                            ("technician_2", "技师学院二年级"),
                            ("technician_3", "技师学院三年级"),
                            ("technician_4", "技师学院四年级"),
                            ("bachelor_1", "本科一年级"),
                            ("bachelor_2", "本科二年级"),
                            ("bachelor_3", "本科三年级"),
                            ("bachelor_4", "本科四年级"),
                            ("bachelor_5", "本科五年级"),
                            ("postgraduate", "硕士研究生及以上"),
                        ],
                        default="",
                        max_length=14,
                        verbose_name="在校生状况",
                    ),
                ),
                (
                    "dropout_reason",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="义务教育阶段未上学原因"
                    ),
                ),
                ("health", models.JSONField(blank=True, default=list, verbose_name="健康状况")),
                (
                    "disability_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("1", "视力"),
                            ("2", "听力"),
                            ("3", "言语"),
                            ("4", "肢体"),
                            ("5", "智力"),
                            ("6", "精神"),
                            ("7", "多重"),
                        ],
                        default="",
                        max_length=1,
                        verbose_name="残疾类别",
                    ),
                ),
                (
                    "disability_level",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="残疾等级"),
                ),
                (
                    "labour",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ordinary", "普通劳动力"),
                            ("skilled", "技能劳动力"),
                            ("weak", "弱劳动力或半劳动力"),
                            ("lost", "丧失劳动力"),
                            ("none", "无劳动力"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="劳动技能",
                    ),
                ),
                (
                    "work_place",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="务工所在地"),
                ),
                (
                    "work_region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("county", "县内"),
                            ("city", "市内"),
                            ("other_city", "跨市"),
                            ("other_province", "跨省"),
                            ("abroad", "国外"),
                        ],
                        default="",
                        max_length=14,
                        verbose_name="务工地点",
                    ),
                ),
                (
                    "work_months",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="务工时间（月）"),
                ),
                ("post", models.CharField(blank=True, default="", max_length=60, verbose_name="公益性岗位")),
                (
                    "post_months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="公益性岗位（月数）"
                    ),
                ),
                (
                    "has_resident_medical",
                    models.BooleanField(blank=True, null=True, verbose_name="城乡居民基本医疗保险"),
                ),
                (
                    "has_employee_medical",
                    models.BooleanField(blank=True, null=True, verbose_name="城镇职工基本医疗保险"),
                ),
                (
                    "has_resident_pension",
                    models.BooleanField(blank=True, null=True, verbose_name="城乡居民基本养老保险"),
                ),
                (
                    "has_employee_pension",
                    models.BooleanField(blank=True, null=True, verbose_name="城镇职工基本养老保险"),
                ),
                (
                    "dibao",
                    models.CharField(
                        blank=True,
                        choices=[("none", "未享受"), ("rural", "农村低保"), ("urban", "城市低保")],
                        default="",
                        max_length=5,
                        verbose_name="享受低保政策情况",
                    ),
                ),
                (
                    "tekun",
                    models.CharField(
                        blank=True,
                        choices=[("none", "不享受"), ("rural", "农村特困"), ("urban", "城市特困")],
                        default="",
                        max_length=5,
                        verbose_name="享受特困供养政策情况",
                    ),
                ),
                (
                    "phone",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="member.phone", default="", verbose_name="联系电话"
                    ),
                ),
                ("is_registered", models.BooleanField(default=True, verbose_name="户籍人口")),
                ("is_co_living", models.BooleanField(default=True, verbose_name="共同生活（常住）")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="减少日期")),
                (
                    "left_reason",
                    models.CharField(blank=True, default="", max_length=30, verbose_name="减少原因"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "家庭成员",
                "verbose_name_plural": "家庭成员",
                "ordering": ["household", "id"],
            },
        ),
        migrations.CreateModel(
            name="MonitorAssignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", models.CharField(editable=False, max_length=12, verbose_name="行政村代码")),
                ("valid_from", models.DateField(verbose_name="起始日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="终止日期")),
            ],
            options={
                "verbose_name": "监测员包户",
                "verbose_name_plural": "监测员包户",
                "ordering": ["household", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("monitor", "防返贫监测员"),
                            ("cadre", "村干部、包村干部、驻村队员、帮扶责任人"),
                            ("station", "镇防贫监测工作站"),
                            ("leader", "分管领导"),
                            ("county", "县级查看"),
                            ("auditor", "审计员"),
                            ("administrator", "系统管理员"),
                        ],
                        max_length=14,
                        verbose_name="角色",
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{2}|\\d{4}|\\d{6}|\\d{9}|\\d{12})$", "应为 2、4、6、9 或 12 位数字。"
                            )
                        ],
                        verbose_name="管辖区划代码",
                    ),
                ),
                ("duty", models.CharField(blank=True, default="", max_length=60, verbose_name="职务")),
                ("valid_from", models.DateField(verbose_name="起始日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="终止日期")),
            ],
            options={
                "verbose_name": "任职",
                "verbose_name_plural": "任职",
                "ordering": ["user", "role", "area"],
            },
        ),
        migrations.CreateModel(
            name="Village",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "area",
                    models.CharField(
                        max_length=12,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{12}$", "行政村代码应为 12 位数字（县6 乡3 村3）。"
                            )
                        ],
                        verbose_name="行政村代码",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="行政村")),
                (
                    "initials",
                    models.CharField(
                        blank=True, default="", editable=False, max_length=60, verbose_name="拼音首字母"
                    ),
                ),
                (
                    "grid_column",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="图上列"),
                ),
                ("grid_row", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="图上行")),
                ("is_provisional", models.BooleanField(default=False, verbose_name="临时代码")),
            ],
            options={
                "verbose_name": "行政村",
                "verbose_name_plural": "行政村",
                "ordering": ["area"],
            },
        ),
    ]
