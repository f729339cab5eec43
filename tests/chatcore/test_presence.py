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
        assert not presence.online(group_id)
        assert [await anext(widget), await anext(widget)] == [DeskChanged(True), DeskChanged(False)]


async def test_colleagues_hear_who_comes_and_goes(world: World) -> None:
    presence = world.desk.presence
    with presence.subscribe(world.cast.paolo) as paolo:
        await presence.operator_came(world.cast.giulia)
        await presence.operator_went(world.cast.giulia)
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


async def test_a_visitor_is_gone_when_his_last_tab_closes(world: World) -> None:
    visitor = await world.visitor()
    await world.taken(visitor, world.cast.giulia)
    presence = world.desk.presence
    with presence.subscribe(world.cast.giulia) as giulia:
        await presence.visitor_came(visitor, None)
        await presence.visitor_came(visitor, None)
        await presence.visitor_reports(visitor, Presence.LEAVING, None, None)
        await presence.visitor_went(visitor)
        await presence.visitor_went(visitor)
        changes = [await anext(giulia) for _ in range(3)]
    assert changes == [
        PresenceChanged(visitor.person.id, where, None, None)
        for where in (Presence.HERE, Presence.LEAVING, Presence.GONE)
    ]
    assert presence.visitor_presence(visitor.person.id).presence is Presence.GONE


async def test_a_slow_subscriber_loses_the_oldest_items(world: World) -> None:
    visitor = await world.visitor()
    conversation_id = await world.taken(visitor, world.cast.giulia)
    presence = world.desk.presence
    with presence.subscribe(world.cast.giulia) as giulia:
        await presence.visitor_came(visitor, None)
        for _ in range(256):
            await presence.typing(visitor, conversation_id)
        assert isinstance(await anext(giulia), TypingSeen)
