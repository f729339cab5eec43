from chatcore.model import (
    ColleagueChanged,
    ColleagueView,
    DeskChanged,
    Presence,
    PresenceChanged,
    TypingSeen,
)
from tests.chatcore.world import World, refused


async def test_typing_reaches_the_others_in_the_conversation(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    elsewhere = await world.taken(await world.visitor(), world.cast.paolo)
    presence = world.desk.presence
    with presence.subscribe(world.cast.giulia) as giulia, presence.subscribe(world.cast.paolo) as paolo:
        await presence.typing(visitor, conversation_id)
        await presence.typing(world.cast.giulia, conversation_id)
        await presence.visitor_came(visitor, None)
        await presence.operator_came(world.cast.anna)
        assert await anext(giulia) == TypingSeen(conversation_id, visitor.person)
        assert isinstance(await anext(giulia), PresenceChanged)
        assert isinstance(await anext(paolo), ColleagueChanged)
        await refused("not_found", presence.typing(world.cast.giulia, elsewhere))


async def test_who_only_looks_on_cannot_be_seen_typing(world: World) -> None:
    conversation_id = await world.conversation(await world.visitor())
    await refused("forbidden", world.desk.presence.typing(world.cast.giulia, conversation_id))


async def test_the_desk_is_online_while_an_operator_of_the_group_is(world: World) -> None:
    visitor = await world.visitor()
    presence = world.desk.presence
    group_id = visitor.group_id
    with presence.subscribe(visitor) as widget:
        await presence.operator_came(world.cast.anna)
        assert not presence.online(group_id)
        await presence.operator_came(world.cast.giulia)
        await presence.operator_came(world.cast.giulia)
        await presence.operator_came(world.cast.paolo)
        await presence.operator_went(world.cast.giulia)
        await presence.operator_went(world.cast.paolo)
        assert presence.online(group_id)
        await presence.operator_went(world.cast.giulia)
        await presence.expire(world.clock.pass_s(9.9))
        assert presence.online(group_id)
        await presence.expire(world.clock.pass_s(0.1))
        assert not presence.online(group_id)
        assert [await anext(widget), await anext(widget)] == [DeskChanged(True), DeskChanged(False)]


async def test_colleagues_hear_who_comes_and_goes(world: World) -> None:
    presence = world.desk.presence
    with presence.subscribe(world.cast.paolo) as paolo:
        await presence.operator_came(world.cast.giulia)
        await presence.operator_went(world.cast.giulia)
        await presence.expire(world.clock.pass_s(10))
        for online in (True, False):
            giulia = ColleagueView(world.cast.giulia.person, list(world.cast.giulia.group_ids), online)
            assert await anext(paolo) == ColleagueChanged(giulia)


async def test_a_snapshot_tells_who_is_here(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.conversation(visitor)
    presence = world.desk.presence
    await presence.operator_came(world.cast.paolo)
    await presence.visitor_came(visitor, "Firefox")
    await presence.visitor_reports(visitor, Presence.HERE, "Lenti", "https://shop.example/lenti")

    snapshot = await world.desk.streams.snapshot(world.cast.giulia)
    assert {one.person.name for one in snapshot.colleagues if one.online} == {"Paolo"}
    seen = (await world.seen(world.cast.giulia, conversation_id)).visitor
    assert seen is not None
    assert (seen.presence, seen.page_title, seen.user_agent) == (Presence.HERE, "Lenti", "Firefox")


async def test_an_operator_who_reloads_stays_online(world: World) -> None:
    presence = world.desk.presence
    with presence.subscribe(world.cast.paolo) as paolo:
        await presence.operator_came(world.cast.giulia)
        await presence.operator_went(world.cast.giulia)
        world.clock.pass_s(9)
        await presence.operator_came(world.cast.giulia)
        await presence.expire(world.clock.pass_s(60))
        await presence.operator_came(world.cast.anna)
        heard = [await anext(paolo) for _ in range(2)]
    colleagues = [one.colleague for one in heard if isinstance(one, ColleagueChanged)]
    assert [(one.person.name, one.online) for one in colleagues] == [("Giulia", True), ("Anna", True)]


async def test_a_visitor_is_gone_a_while_after_his_last_tab_closed(world: World) -> None:
    visitor = await world.visitor()
    await world.taken(visitor, world.cast.giulia)
    presence = world.desk.presence
    with presence.subscribe(world.cast.giulia) as giulia:
        await presence.visitor_came(visitor, None)
        await presence.visitor_came(visitor, None)
        await presence.visitor_went(visitor)
        await presence.expire(world.clock.pass_s(60))
        await presence.visitor_went(visitor)
        await presence.expire(world.clock.pass_s(14.9))
        assert presence.visitor_presence(visitor.person.id).presence is Presence.LEAVING
        await presence.expire(world.clock.pass_s(0.1))
        changes = [await anext(giulia) for _ in range(3)]
    assert changes == [
        PresenceChanged(visitor.person.id, where, None, None)
        for where in (Presence.HERE, Presence.LEAVING, Presence.GONE)
    ]
    assert presence.visitor_presence(visitor.person.id).presence is Presence.GONE


async def test_a_visitor_who_goes_to_the_next_page_is_here_again(world: World) -> None:
    visitor = await world.visitor()
    await world.taken(visitor, world.cast.giulia)
    presence = world.desk.presence
    with presence.subscribe(world.cast.giulia) as giulia:
        await presence.visitor_came(visitor, "Firefox")
        await presence.visitor_reports(visitor, Presence.HERE, "Lenti", "/lenti")
        await presence.visitor_went(visitor)
        world.clock.pass_s(14)
        await presence.visitor_came(visitor, "Firefox")
        await presence.expire(world.clock.pass_s(60))
        await presence.visitor_reports(visitor, Presence.HERE, "Montature", "/montature")
        changes = [await anext(giulia) for _ in range(5)]
    assert [(one.presence, one.page_title) for one in changes[1:] if isinstance(one, PresenceChanged)] == [
        (Presence.HERE, "Lenti"),
        (Presence.LEAVING, "Lenti"),
        (Presence.HERE, "Lenti"),
        (Presence.HERE, "Montature"),
    ]


async def test_a_slow_subscriber_loses_the_oldest_items(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    presence = world.desk.presence
    with presence.subscribe(world.cast.giulia) as giulia:
        await presence.visitor_came(visitor, None)
        for _ in range(256):
            await presence.typing(visitor, conversation_id)
        assert isinstance(await anext(giulia), TypingSeen)
