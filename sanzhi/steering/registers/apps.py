from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "sanzhi.steering.registers"
    label = "registers"
    verbose_name = "登记簿"
