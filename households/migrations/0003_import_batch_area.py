from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("households", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="area",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=12, verbose_name="区划代码"
            ),
        ),
    ]
