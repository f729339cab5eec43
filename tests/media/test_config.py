"""What the SFU tells clients of its address."""

from media.sfu.config import SfuConfig


def test_without_an_announced_address_it_is_the_bound_one() -> None:
    assert SfuConfig(host="192.0.2.1").announced_addresses(0, 5000) == (("192.0.2.1", 5000),)


def test_an_announced_address_has_the_bound_port_unless_it_names_its_own() -> None:
    config = SfuConfig(host="10.0.0.5", announced=(("203.0.113.7", 0), ("203.0.113.8", 40_000)))
    assert config.announced_addresses(0, 5000) == (("203.0.113.7", 5000), ("203.0.113.8", 40_000))


def test_the_announced_ports_of_further_threads_follow_the_first() -> None:
    config = SfuConfig(threads=3, announced=(("203.0.113.7", 40_000),))
    assert config.announced_addresses(2, 5000) == (("203.0.113.7", 40_002),)
