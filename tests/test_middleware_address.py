"""The client's address behind our proxy."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from township.middleware import forwarded_address


@pytest.mark.parametrize(
    ("behind_tls", "remote", "forwarded", "expected"),
    [
        (True, "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the last one is our proxy's word
        (True, "192.0.2.4", "203.0.113.9", "192.0.2.4"),  # not from our proxy
        (False, "127.0.0.1", "203.0.113.9", "127.0.0.1"),
    ],
)
def test_only_our_own_proxy_is_believed(settings, behind_tls, remote, forwarded, expected):
    settings.TOWNSHIP_BEHIND_TLS = behind_tls
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    forwarded_address(lambda _: HttpResponse())(request)
    assert request.META["REMOTE_ADDR"] == expected
