from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0004_procedures_and_episodes"),
    ]

    operations = [
        migrations.AddField(
            model_name="warningcase",
            name="indicator_code",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=20, verbose_name="指标代码"
            ),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="remark",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="登记备注"),
        ),
    ]
