"""The SDK's adapter over our own connector: one pooled session instead of a client per turn.

Uses the public `BotAdapter` only. Proactive turns (`continue_conversation`) are the base class's:
nothing per turn has to be prepared for them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference, ResourceResponse

from bot.channel.activities import as_json
from bot.channel.connector import Connector

Logic = Callable[[TurnContext], Awaitable[InvokeResponse | None]]

_INVOKE_RESPONSE: Final = "decroche.invoke_response"


class PooledAdapter(BotAdapter):
    """Runs turns, and sends what they send through `connector`."""

    def __init__(self, connector: Connector) -> None:
        super().__init__()
        self._connector = connector

    async def process(self, activity: Activity, logic: Logic) -> InvokeResponse | None:
        """Runs one turn of a verified activity; gives what an invoke is to be answered with.

        `logic` returns the invoke response, or sends one as an `invokeResponse` activity.
        """
        context = TurnContext(self, activity)
        returned = await self.run_pipeline(context, logic)
        if isinstance(returned, InvokeResponse):
            return returned
        sent = context.turn_state.get(_INVOKE_RESPONSE)
        if isinstance(sent, InvokeResponse):
            return sent
        return InvokeResponse(status=200) if activity.type == ActivityTypes.invoke else None

    async def send_activities(
        self, context: TurnContext, activities: list[Activity]
    ) -> list[ResourceResponse]:
        """Sends activities in order. Raises `DeliveryError` at the first that is not taken."""
        return [await self._send(context, activity) for activity in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        """Replaces an activity that was sent. Raises `DeliveryError`."""
        service_url, conversation = _where(activity)
        activity_id = str(activity.id)
        await self._connector.update(service_url, conversation, activity_id, as_json(activity))
        return ResourceResponse(id=activity_id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Deletes an activity that was sent. Raises `DeliveryError`."""
        service_url, conversation = _where(reference)
        await self._connector.delete(service_url, conversation, str(reference.activity_id))

    async def _send(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        if activity.type == ActivityTypes.invoke_response:
            context.turn_state[_INVOKE_RESPONSE] = activity.value
            return ResourceResponse(id="")
        if activity.type == ActivityTypes.trace:  # Teams has no use for traces
            return ResourceResponse(id="")
        service_url, conversation = _where(activity)
        sent = await self._connector.send(
            service_url, conversation, as_json(activity), reply_to=activity.reply_to_id or ""
        )
        return ResourceResponse(id=sent)


def _where(place: Activity | ConversationReference) -> tuple[str, str]:
    """Service URL and conversation id of an activity or a reference."""
    return str(place.service_url), str(place.conversation.id)
