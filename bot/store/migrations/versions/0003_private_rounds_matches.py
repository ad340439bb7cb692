"""private rounds matches."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ratings',
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('item_id', sa.Text(), nullable=False),
    sa.Column('rating', sa.Integer(), nullable=False),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_ratings_hall_id')),
    sa.PrimaryKeyConstraint('hall_id', 'item_id', name=op.f('pk_ratings')),
    sqlite_with_rowid=False
    )
    op.create_table('abilities',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('rating', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('answers', sa.Integer(), nullable=True),
    sa.Column('changes', sa.Integer(), server_default='0', nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_abilities_hall_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_abilities_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_abilities')),
    sqlite_with_rowid=False
    )
    op.create_table('recalls',
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('place_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('concept', sa.Text(), nullable=False),
    sa.Column('due', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Text(), nullable=False),
    sa.Column('right', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_recalls_hall_id')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_recalls_place_id')),
    sa.PrimaryKeyConstraint('place_id', 'concept', name=op.f('pk_recalls')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('recalls', schema=None) as batch_op:
        batch_op.create_index('ix_recalls_place_id_due', ['place_id', 'due', 'concept'], unique=False)

    op.create_table('matches',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('place_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('host_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('mode', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=True),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('made_at', sa.BigInteger(), nullable=False),
    sa.Column('next_at', sa.BigInteger(), nullable=True),
    sa.Column('seen_at', sa.BigInteger(), nullable=False),
    sa.Column('paused_at', sa.BigInteger(), nullable=True),
    sa.Column('ended_at', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('told', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_matches_hall_id')),
    sa.ForeignKeyConstraint(['host_id'], ['identities.id'], name=op.f('fk_matches_host_id')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_matches_place_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_matches')),
    sa.UniqueConstraint('token', name=op.f('uq_matches_token'))
    )
    with op.batch_alter_table('matches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_matches_hall_id'), ['hall_id'], unique=False)
        batch_op.create_index('ix_matches_live', ['place_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('reminders',
    sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('place_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('time', sa.Text(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('next_due', sa.BigInteger(), nullable=True),
    sa.Column('reminded_for', sa.Text(), nullable=True),
    sa.Column('stopped', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_reminders_hall_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_reminders_identity_id')),
    sa.ForeignKeyConstraint(['place_id'], ['places.id'], name=op.f('fk_reminders_place_id')),
    sa.PrimaryKeyConstraint('identity_id', name=op.f('pk_reminders'))
    )
    with op.batch_alter_table('reminders', schema=None) as batch_op:
        batch_op.create_index('ix_reminders_next_due', ['next_due'], unique=False, sqlite_where=sa.text('next_due IS NOT NULL'), postgresql_where=sa.text('next_due IS NOT NULL'))

    op.create_table('sessions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=True),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('began_at', sa.BigInteger(), nullable=False),
    sa.Column('ended_at', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_sessions_hall_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_sessions_identity_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions'))
    )
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.create_index('ix_sessions_identity_id_ended_at', ['identity_id', 'ended_at'], unique=False)

    op.create_table('players',
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('team', sa.Integer(), nullable=True),
    sa.Column('joined_at', sa.BigInteger(), nullable=False),
    sa.Column('left_at', sa.BigInteger(), nullable=True),
    sa.Column('out', sa.Integer(), nullable=True),
    sa.Column('skips', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_players_hall_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_players_identity_id')),
    sa.ForeignKeyConstraint(['match_id'], ['matches.id'], name=op.f('fk_players_match_id')),
    sa.PrimaryKeyConstraint('match_id', 'identity_id', name=op.f('pk_players')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('players', schema=None) as batch_op:
        batch_op.create_index('ix_players_identity_id', ['identity_id'], unique=False)

    op.create_table('private_rounds',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('session_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('item_id', sa.Text(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('concept', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('difficulty', sa.Text(), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.BigInteger(), nullable=False),
    sa.Column('given', sa.Text(), nullable=True),
    sa.Column('verdict', sa.Text(), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('rules', sa.Text(), nullable=True),
    sa.Column('at', sa.BigInteger(), nullable=True),
    sa.Column('stars', sa.Integer(), nullable=True),
    sa.Column('met', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_private_rounds_hall_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_private_rounds_identity_id')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_private_rounds_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_private_rounds')),
    sa.UniqueConstraint('session_id', 'nth', name=op.f('uq_private_rounds_session_id_nth')),
    sa.UniqueConstraint('token', name=op.f('uq_private_rounds_token'))
    )
    with op.batch_alter_table('private_rounds', schema=None) as batch_op:
        batch_op.create_index('ix_private_rounds_hall_id_at', ['hall_id', 'at'], unique=False)
        batch_op.create_index('ix_private_rounds_hall_id_item_id', ['hall_id', 'item_id'], unique=False)
        batch_op.create_index('ix_private_rounds_identity_id_concept', ['identity_id', 'concept'], unique=False)
        batch_op.create_index('ix_private_rounds_identity_id_item_id', ['identity_id', 'item_id'], unique=False)

    op.create_table('stars',
    sa.Column('hall_id', sa.Text(), nullable=False),
    sa.Column('answer_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['answer_id'], ['answers.id'], name=op.f('fk_stars_answer_id')),
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_stars_hall_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_stars_identity_id')),
    sa.PrimaryKeyConstraint('answer_id', 'identity_id', name=op.f('pk_stars'))
    )
    with op.batch_alter_table('stars', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_stars_at'), ['at'], unique=False)
        batch_op.create_index(batch_op.f('ix_stars_identity_id'), ['identity_id'], unique=False)

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index('ix_posts_identity_id', ['identity_id'], unique=False, sqlite_where=sa.text('identity_id IS NOT NULL'), postgresql_where=sa.text('identity_id IS NOT NULL'))
        batch_op.create_unique_constraint(batch_op.f('uq_posts_match_id_kind_nth'), ['match_id', 'kind', 'nth'])
        batch_op.create_foreign_key(batch_op.f('fk_posts_identity_id'), 'identities', ['identity_id'], ['id'])
        batch_op.create_foreign_key(batch_op.f('fk_posts_match_id'), 'matches', ['match_id'], ['id'])

    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('telling_until', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('hints', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('last_seen', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('recalled_at', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_rounds_hall_id_closed_at', ['hall_id', 'closed_at'], unique=False)
        batch_op.create_index('ix_rounds_to_recall', ['hall_id'], unique=False, sqlite_where=sa.text('closed_at IS NOT NULL AND recalled_at IS NULL'), postgresql_where=sa.text('closed_at IS NOT NULL AND recalled_at IS NULL'))

    with op.batch_alter_table('turns', schema=None) as batch_op:
        batch_op.add_column(sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('nth', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('unranked', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.alter_column('schedule_id',
               existing_type=sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
               nullable=True)
        batch_op.create_index('ix_turns_hall_id_item_id', ['hall_id', 'item_id'], unique=False)
        batch_op.create_unique_constraint(batch_op.f('uq_turns_match_id_nth'), ['match_id', 'nth'])
        batch_op.create_foreign_key(batch_op.f('fk_turns_match_id'), 'matches', ['match_id'], ['id'])



def downgrade() -> None:
    with op.batch_alter_table('turns', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_turns_match_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_turns_match_id_nth'), type_='unique')
        batch_op.drop_index('ix_turns_hall_id_item_id')
        batch_op.alter_column('schedule_id',
               existing_type=sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
               nullable=False)
        batch_op.drop_column('unranked')
        batch_op.drop_column('nth')
        batch_op.drop_column('match_id')

    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.drop_index('ix_rounds_to_recall', sqlite_where=sa.text('closed_at IS NOT NULL AND recalled_at IS NULL'), postgresql_where=sa.text('closed_at IS NOT NULL AND recalled_at IS NULL'))
        batch_op.drop_index('ix_rounds_hall_id_closed_at')
        batch_op.drop_column('recalled_at')
        batch_op.drop_column('last_seen')
        batch_op.drop_column('hints')
        batch_op.drop_column('telling_until')

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_posts_match_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_posts_identity_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('uq_posts_match_id_kind_nth'), type_='unique')
        batch_op.drop_index('ix_posts_identity_id', sqlite_where=sa.text('identity_id IS NOT NULL'), postgresql_where=sa.text('identity_id IS NOT NULL'))
        batch_op.drop_column('identity_id')
        batch_op.drop_column('match_id')

    with op.batch_alter_table('stars', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_stars_identity_id'))
        batch_op.drop_index(batch_op.f('ix_stars_at'))

    op.drop_table('stars')
    with op.batch_alter_table('private_rounds', schema=None) as batch_op:
        batch_op.drop_index('ix_private_rounds_identity_id_item_id')
        batch_op.drop_index('ix_private_rounds_identity_id_concept')
        batch_op.drop_index('ix_private_rounds_hall_id_item_id')
        batch_op.drop_index('ix_private_rounds_hall_id_at')

    op.drop_table('private_rounds')
    with op.batch_alter_table('players', schema=None) as batch_op:
        batch_op.drop_index('ix_players_identity_id')

    op.drop_table('players')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index('ix_sessions_identity_id_ended_at')

    op.drop_table('sessions')
    with op.batch_alter_table('reminders', schema=None) as batch_op:
        batch_op.drop_index('ix_reminders_next_due', sqlite_where=sa.text('next_due IS NOT NULL'), postgresql_where=sa.text('next_due IS NOT NULL'))

    op.drop_table('reminders')
    with op.batch_alter_table('matches', schema=None) as batch_op:
        batch_op.drop_index('ix_matches_live', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index(batch_op.f('ix_matches_hall_id'))

    op.drop_table('matches')
    with op.batch_alter_table('recalls', schema=None) as batch_op:
        batch_op.drop_index('ix_recalls_place_id_due')

    op.drop_table('recalls')
    op.drop_table('abilities')
    op.drop_table('ratings')
