import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import township.base.fields
import township.base.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeyCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.TextField(verbose_name="密文")),
                ("blind_index", models.CharField(max_length=32, verbose_name="盲索引")),
            ],
            options={
                "verbose_name": "密钥校验",
                "verbose_name_plural": "密钥校验",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "这个登录名已被使用，请换一个。"},
                        max_length=60,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="登录名",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "phone",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="user.phone", default="", verbose_name="手机号"
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
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("is_staff", models.BooleanField(default=True, verbose_name="可登录管理端")),
                ("must_change_password", models.BooleanField(default=False, verbose_name="首次登录须改密码")),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="建立时间"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "ordering": ["username"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalUser",
            fields=[
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("id", models.UUIDField(db_index=True, default=township.base.ids.uuid7, editable=False)),
                (
                    "username",
                    models.CharField(
                        db_index=True,
                        error_messages={"unique": "这个登录名已被使用，请换一个。"},
                        max_length=60,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="登录名",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                (
                    "phone",
                    township.base.fields.EncryptedTextField(
                        blank=True, context="user.phone", default="", verbose_name="手机号"
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
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                ("is_staff", models.BooleanField(default=True, verbose_name="可登录管理端")),
                ("must_change_password", models.BooleanField(default=False, verbose_name="首次登录须改密码")),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="建立时间"),
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
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical 账号",
                "verbose_name_plural": "historical 账号",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=township.base.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="种类")),
                (
                    "unique_key",
                    models.CharField(
                        blank=True, max_length=120, null=True, unique=True, verbose_name="唯一标识"
                    ),
                ),
                ("payload", models.JSONField(default=dict, verbose_name="参数")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "等待中"),
                            ("running", "进行中"),
                            ("done", "已完成"),
                            ("failed", "失败"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("worker", models.CharField(blank=True, default="", max_length=80, verbose_name="执行者")),
                ("leased_until", models.DateTimeField(blank=True, null=True, verbose_name="租约至")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="已处理")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="总数")),
                (
                    "message",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="进度说明"),
                ),
                ("result", models.JSONField(default=dict, verbose_name="结果")),
                ("error", models.TextField(blank=True, default="", verbose_name="错误")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="提交时间"),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="开始时间")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发起人",
                    ),
                ),
            ],
            options={
                "verbose_name": "后台任务",
                "verbose_name_plural": "后台任务",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["status", "created_at"], name="job_queue")],
            },
        ),
    ]
