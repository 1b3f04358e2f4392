"""Every setting, declared once: from the environment (`MAIBO_…`), nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError

from bot.failure import Failure

DATA = Path(".maibo")


class SettingsError(Failure):
    """A setting is missing or wrong; the sentence says which and what to do."""


class PlatformSettings(BaseSettings):
    """Settings of one platform: none of the required ones (off) or all of them."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)
    required: ClassVar[tuple[str, ...]] = ()

    def is_on(self) -> bool:
        """Raises SettingsError where only some of the required settings are there."""
        missing = [name for name in self.required if not plain(getattr(self, name))]
        if missing and self._is_begun():
            names = ", ".join(self.variable(name) for name in missing)
            raise SettingsError(f"Half of what belongs together is set: set {names} too, or remove the others.")
        return not missing

    def _is_begun(self) -> bool:
        return any(plain(getattr(self, name)) for name in self.required)

    @classmethod
    def variable(cls, name: str) -> str:
        """The environment variable of a field."""
        return f"{cls.model_config.get('env_prefix', '')}{name.upper()}"


def plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


class WeComSettings(PlatformSettings):
    """企业微信: one self-built app."""

    model_config = SettingsConfigDict(env_prefix="MAIBO_WECOM_")
    required: ClassVar = ("corp_id", "agent_id", "secret", "token", "aes_key")

    corp_id: str = ""
    agent_id: str = ""
    secret: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    aes_key: SecretStr = SecretStr("")
    api_base: str = "https://qyapi.weixin.qq.com"


class DingTalkSettings(PlatformSettings):
    """钉钉: one enterprise-internal app with a robot. No card template: messages are markdown and typed commands."""

    model_config = SettingsConfigDict(env_prefix="MAIBO_DINGTALK_")
    required: ClassVar = ("corp_id", "app_key", "app_secret", "robot_code", "agent_id", "token", "aes_key")

    corp_id: str = ""
    app_key: str = ""
    app_secret: SecretStr = SecretStr("")
    robot_code: str = ""
    agent_id: str = ""
    token: SecretStr = SecretStr("")
    aes_key: SecretStr = SecretStr("")
    card_template_id: str = ""
    api_base: str = "https://api.dingtalk.com"
    oapi_base: str = "https://oapi.dingtalk.com"


class FeishuSettings(PlatformSettings):
    """飞书: one custom app. Without an encrypt key, callbacks are checked by the verification token alone."""

    model_config = SettingsConfigDict(env_prefix="MAIBO_FEISHU_")
    required: ClassVar = ("app_id", "app_secret", "verification_token")

    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    verification_token: SecretStr = SecretStr("")
    encrypt_key: SecretStr = SecretStr("")
    api_base: str = "https://open.feishu.cn"


class LlmSettings(PlatformSettings):
    """An optional language model behind an OpenAI-compatible API. `private`: it may see what could be private."""

    model_config = SettingsConfigDict(env_prefix="MAIBO_LLM_")
    required: ClassVar = ("url", "model")

    url: str = ""
    model: str = ""
    key: SecretStr = SecretStr("")
    private: bool = False
    # A sentence waits that long, at most; a receipt is leased for half a minute.
    timeout: float = Field(default=8.0, gt=0, le=12)

    def _is_begun(self) -> bool:
        """Any of them: a key without an address is a mistake too."""
        return bool(self.model_fields_set)

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/\s]", value):
            raise ValueError("must look like https://api.example.com/v1")
        return value


class Settings(BaseSettings):
    """The whole program's settings; those of the platforms are read with them."""

    model_config = SettingsConfigDict(env_prefix="MAIBO_", frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: str = ""
    redis_url: str = ""
    secret_key: SecretStr = SecretStr("")
    encryption_keys: SecretStr = SecretStr("")
    public_url: str = ""
    timezone: str = "Asia/Shanghai"
    clock_file: str = ""  # the demo's: how far its clock was moved forward
    callback_max_age: int | None = Field(default=None, ge=0)

    wecom: WeComSettings = Field(default_factory=WeComSettings)
    dingtalk: DingTalkSettings = Field(default_factory=DingTalkSettings)
    feishu: FeishuSettings = Field(default_factory=FeishuSettings)
    llm: LlmSettings = Field(default_factory=LlmSettings)

    def platform(self, name: str) -> PlatformSettings:
        found = getattr(self, name)
        assert isinstance(found, PlatformSettings)
        return found

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not a time zone such as Asia/Shanghai") from error
        return value


def read_settings() -> Settings:
    """Settings from the environment. Raises SettingsError, which names the variable and never its value."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        prefix = "MAIBO_LLM_" if error.title == LlmSettings.__name__ else "MAIBO_"
        raise SettingsError(
            f"{prefix}{str(first['loc'][0]).upper()}: {first['msg'].removeprefix('Value error, ')}."
        ) from None
    except UnreadableError as error:
        raise SettingsError(f"A variable is not what its name promises: {error}.") from None
