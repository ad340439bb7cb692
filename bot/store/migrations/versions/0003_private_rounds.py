"""private rounds."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
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
    sa.ForeignKeyConstraint(['hall_id'], ['halls.id'], name=op.f('fk_private_rounds_hall_id')),
    sa.ForeignKeyConstraint(['identity_id'], ['identities.id'], name=op.f('fk_private_rounds_identity_id')),
    sa.ForeignKeyConstraint(['session_id'], ['sessions.id'], name=op.f('fk_private_rounds_session_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_private_rounds')),
    sa.UniqueConstraint('session_id', 'nth', name=op.f('uq_private_rounds_session_id_nth')),
    sa.UniqueConstraint('token', name=op.f('uq_private_rounds_token'))
    )
    with op.batch_alter_table('private_rounds', schema=None) as batch_op:
        batch_op.create_index('ix_private_rounds_identity_id_concept', ['identity_id', 'concept'], unique=False)

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('identity_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.create_index('ix_posts_identity_id', ['identity_id'], unique=False, sqlite_where=sa.text('identity_id IS NOT NULL'), postgresql_where=sa.text('identity_id IS NOT NULL'))
        batch_op.create_foreign_key(batch_op.f('fk_posts_identity_id'), 'identities', ['identity_id'], ['id'])

    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('last_seen', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('recalled_at', sa.BigInteger(), nullable=True))
        batch_op.create_index('ix_rounds_to_recall', ['hall_id'], unique=False, sqlite_where=sa.text('closed_at IS NOT NULL AND recalled_at IS NULL'), postgresql_where=sa.text('closed_at IS NOT NULL AND recalled_at IS NULL'))



def downgrade() -> None:
    with op.batch_alter_table('rounds', schema=None) as batch_op:
        batch_op.drop_index('ix_rounds_to_recall', sqlite_where=sa.text('closed_at IS NOT NULL AND recalled_at IS NULL'), postgresql_where=sa.text('closed_at IS NOT NULL AND recalled_at IS NULL'))
        batch_op.drop_column('recalled_at')
        batch_op.drop_column('last_seen')

    with op.batch_alter_table('posts', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_posts_identity_id'), type_='foreignkey')
        batch_op.drop_index('ix_posts_identity_id', sqlite_where=sa.text('identity_id IS NOT NULL'), postgresql_where=sa.text('identity_id IS NOT NULL'))
        batch_op.drop_column('identity_id')

    with op.batch_alter_table('private_rounds', schema=None) as batch_op:
        batch_op.drop_index('ix_private_rounds_identity_id_concept')

    op.drop_table('private_rounds')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_index('ix_sessions_identity_id_ended_at')

    op.drop_table('sessions')
    with op.batch_alter_table('reminders', schema=None) as batch_op:
        batch_op.drop_index('ix_reminders_next_due', sqlite_where=sa.text('next_due IS NOT NULL'), postgresql_where=sa.text('next_due IS NOT NULL'))

    op.drop_table('reminders')
    with op.batch_alter_table('recalls', schema=None) as batch_op:
        batch_op.drop_index('ix_recalls_place_id_due')

    op.drop_table('recalls')
