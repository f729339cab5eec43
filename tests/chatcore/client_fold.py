"""A client's fold of events into a view, written from the descriptions in `chatcore.model` alone.

It is the specification that the desk's own fold is compared with.
"""

import msgspec

from chatcore import model as m

replace = msgspec.structs.replace

LISTED = 30


def fold(view: m.ConversationView, event: m.Event, me: m.Person) -> m.ConversationView:
    """Return the view after an event; a listed one is applied only once."""
    if event in view.events:
        return view
    view = _state_after(view, event, me)
    if not isinstance(event.body, m.MessagesSeen | m.VisitorIdentified):
        events = [*view.events, event]
        view = replace(
            view,
            events=events[-LISTED:],
            earlier=view.earlier or len(events) > LISTED,
            updated_at_ms=event.at_ms,
        )
    return replace(view, unread=_unread(view, me.kind))


def _state_after(  # noqa: C901 - one case to an event
    view: m.ConversationView, event: m.Event, me: m.Person
) -> m.ConversationView:
    match event.body:
        case m.MessagesSeen(side, delivered, read):
            mine = "visitor" if side is m.PersonKind.VISITOR else "operator"
            marks = {f"{mine}_delivered": delivered, f"{mine}_read": read}
            given = {name: mark for name, mark in marks.items() if mark is not None}
            return replace(view, seen=replace(view.seen, **given))
        case m.VisitorIdentified(visitor, email):
            known = view.visitor and replace(view.visitor, person=visitor, email=email)
            return replace(view, visitor=known)
        case m.ConversationTaken(operator):
            return replace(view, state=m.ConversationState.OPEN, operator=operator)
        case m.ConversationClosed():
            return replace(view, state=m.ConversationState.CLOSED)
        case m.ColleagueInvited(invitation_id, by, colleague, call_id, expires_at_ms):
            invitation = m.InvitationView(invitation_id, by, colleague, call_id, expires_at_ms)
            return replace(view, invitations=[*view.invitations, invitation])
        case m.ColleagueJoined(operator):
            return replace(view, colleagues=[*view.colleagues, operator])
        case m.ColleagueLeft(operator):
            return replace(view, colleagues=[one for one in view.colleagues if one != operator])
        case m.CallStarted(call_id, by, audio_only):
            return replace(view, call=m.CallView(call_id, by, event.at_ms, audio_only, []))
        case m.CallInvited(call_id, invitation_id, by, expires_at_ms):
            invitee = view.visitor.person if view.visitor else me
            invitation = m.InvitationView(invitation_id, by, invitee, call_id, expires_at_ms)
            return replace(view, invitations=[*view.invitations, invitation])
        case m.InvitationClosed(invitation_id):
            rest = [one for one in view.invitations if one.invitation_id != invitation_id]
            return replace(view, invitations=rest)
        case m.CallJoined(_, person) if view.call:
            return replace(view, call=replace(view.call, inside=[*view.call.inside, person]))
        case m.CallLeft(_, person) if view.call:
            inside = [one for one in view.call.inside if one.id != person.id]
            return replace(view, call=replace(view.call, inside=inside))
        case m.CallEnded():
            return replace(view, call=None)
        case _:
            return view


def _unread(view: m.ConversationView, side: m.PersonKind) -> int:
    visitor = side is m.PersonKind.VISITOR
    read = view.seen.visitor_read if visitor else view.seen.operator_read
    messages = [event.body for event in view.events if isinstance(event.body, m.MessageSent)]
    ids = [message.message_id for message in messages]
    unread = messages[ids.index(read) + 1 :] if read in ids else messages
    return sum(visitor != (message.author.kind is m.PersonKind.VISITOR) for message in unread)
